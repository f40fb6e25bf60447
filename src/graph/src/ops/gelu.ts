import type { Builder } from "../builder";
import { textAttribute, type Node, type Value } from "../ir";
import { unary } from "./families/elementwise";
import { input } from "./operator";

const SLOPE = Math.sqrt(2 / Math.PI);
const CUBE = 0.044715;

/** x times the normal distribution function, exact or by tanh. Backward shares the distribution with forward. */
export const gelu = unary({
  name: "Gelu",
  flops: 20,
  since: 20,
  attributes: { approximate: "string" },
  gradient: ({ b, node, dy }, x) => {
    if (usesTanh(node)) {
      const t = inner(b, x);
      const slope = b.shift(b.scale(b.mul(x, x), 3 * CUBE * SLOPE), SLOPE);
      const steep = b.mul(b.mul(b.scale(x, 0.5), b.sub(b.scalar(x.dtype, 1), b.mul(t, t))), slope);
      return b.mul(dy, b.add(b.shift(b.scale(t, 0.5), 0.5), steep));
    }
    const density = b.scale(b.exp(b.scale(b.mul(x, x), -0.5)), 1 / Math.sqrt(2 * Math.PI));
    return b.mul(dy, b.add(distribution(b, x), b.mul(x, density)));
  },
  lower: (b, node) => {
    const x = input(node, 0);
    return [b.mul(x, usesTanh(node) ? b.shift(b.scale(inner(b, x), 0.5), 0.5) : distribution(b, x))];
  },
});

const usesTanh = (node: Node): boolean => textAttribute(node, "approximate", "none") === "tanh";

/** (1 + erf(x / sqrt 2)) / 2. */
function distribution(b: Builder, x: Value): Value {
  return b.shift(b.scale(b.op("Erf", [b.scale(x, Math.SQRT1_2)]), 0.5), 0.5);
}

function inner(b: Builder, x: Value): Value {
  return b.op("Tanh", [b.mul(x, b.shift(b.scale(b.mul(x, x), CUBE * SLOPE), SLOPE))]);
}
