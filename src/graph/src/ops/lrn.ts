import { floatAttribute, intAttribute, sizeOf } from "../ir";
import { misfit } from "../refusal";
import { dim } from "../shape";
import { meanWithPadding } from "./average-pool";
import { composed } from "./families/composed";
import { input } from "./operator";

/** x / (bias + alpha / size sum of squares over neighbouring channels)^beta. */
export const lrn = composed(
  "LRN",
  { inputs: [1, 1], attributes: { alpha: "float", beta: "float", bias: "float", size: "int" } },
  (reading) => {
    const { b } = reading;
    const x = input(reading, 0);
    const size = intAttribute(reading, "size", 0);
    if (x.shape.length < 3 || size < 1) misfit("LRN needs [N, C, ...] and a size of at least one.");
    const planes = [dim(x.shape, 0), 1, dim(x.shape, 1), sizeOf(x.shape.slice(2))];
    const below = Math.floor((size - 1) / 2);
    const mean = meanWithPadding(b, b.reshape(b.mul(x, x), planes), {
      kernel: [size, 1],
      strides: [1, 1],
      dilations: [1, 1],
      before: [below, 0],
      after: [size - 1 - below, 0],
    });
    const scaled = b.scale(b.reshape(mean, x.shape), floatAttribute(reading, "alpha", 1e-4));
    const base = b.shift(scaled, floatAttribute(reading, "bias", 1));
    return [b.div(x, b.op("Pow", [base, b.scalar(x.dtype, floatAttribute(reading, "beta", 0.75))]))];
  },
);
