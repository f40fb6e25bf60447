import { arrayOf, type DataType } from "../ir";
import { misfit } from "../refusal";
import { vanishing } from "./families/vanishing";

const NUMBERS: Readonly<Record<string, DataType>> = {
  value_float: "float32",
  value_floats: "float32",
  value_int: "int64",
  value_ints: "int64",
};

/** A tensor written into the model as a node. */
export const constant = vanishing(
  "Constant",
  {
    inputs: [0, 0],
    gradient: "none",
    attributes: { value: "tensor", value_float: "float", value_floats: "floats", value_int: "int", value_ints: "ints" },
  },
  ({ b, attributes }) => {
    const [entry] = Object.entries(attributes);
    const [name, attribute] = entry ?? misfit("Constant has no value.");
    if (attribute.kind === "tensor")
      return b.constant(attribute.value.dtype, attribute.value.shape, attribute.value.data);
    const dtype = NUMBERS[name] ?? misfit(`Constant has no attribute ${name}.`);
    if (attribute.kind === "int" || attribute.kind === "float") return b.scalar(dtype, attribute.value);
    if (attribute.kind !== "ints" && attribute.kind !== "floats") return misfit("Constant has no number.");
    return b.constant(dtype, [attribute.value.length], arrayOf(dtype, attribute.value));
  },
);
