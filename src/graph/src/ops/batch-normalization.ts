import { floatAttribute, intAttribute, type Value } from "../ir";
import { misfit, unsupported } from "../refusal";
import { dim } from "../shape";
import { input, perElement, type Operator } from "./operator";

/** Normalisation with the stored statistics, as exported in evaluation mode. They stay as they are; scale and bias train. */
export const batchNormalization: Operator = {
  name: "BatchNormalization",
  allowed: "buyer",
  inputs: [5, 5],
  attributes: { epsilon: "float", momentum: "float", training_mode: "int" },
  read({ b, inputs, attributes, outputCount }) {
    if (intAttribute({ attributes }, "training_mode", 0) === 1 || outputCount > 1) {
      unsupported(
        "BatchNormalization in training mode is not supported.",
        "Export the model in evaluation mode (model.eval()).",
      );
    }
    const part = (index: number): Value => input({ inputs }, index);
    const x = part(0);
    if (x.shape.length < 2) misfit("BatchNormalization needs a batch and a channel axis.");
    const column = (value: Value) => b.reshape(value, [dim(x.shape, 1), ...x.shape.slice(2).map(() => 1)]);
    const frozen = (value: Value): Value => {
      const data =
        value.data ??
        value.initial ??
        unsupported("BatchNormalization has computed statistics.", "Export with stored statistics.");
      return b.constant(value.dtype, value.shape, data);
    };
    const deviation = b.op("Sqrt", [b.shift(frozen(part(4)), floatAttribute({ attributes }, "epsilon", 1e-5))]);
    const normal = b.div(b.sub(x, column(frozen(part(3)))), column(deviation));
    return [b.add(b.mul(normal, column(part(1))), column(part(2)))];
  },
  infer: () => misfit("BatchNormalization becomes arithmetic on reading."),
  gradient: ({ dy }) => [dy],
  cost: perElement(4),
};
