import { arrayOf, checkedShape, knownNumbers } from "../ir";
import { unsupported } from "../refusal";
import { vanishing } from "./families/vanishing";

/** A tensor of one repeated number. */
export const constantOfShape = vanishing(
  "ConstantOfShape",
  { inputs: [1, 1], gradient: "none", attributes: { value: "tensor" } },
  ({ b, inputs, attributes }) => {
    const asked =
      knownNumbers(inputs[0]) ??
      unsupported("ConstantOfShape has a computed shape.", "Export with static shapes except for the batch.");
    const shape = checkedShape(asked, "ConstantOfShape");
    const { value } = attributes;
    if (value?.kind !== "tensor") return b.expand(b.constant("float32", [], arrayOf("float32", [0])), shape);
    return b.expand(b.constant(value.value.dtype, [], value.value.data.slice(0, 1)), shape);
  },
);
