import { floatAttribute } from "../ir";
import { unary } from "./families/elementwise";

export const elu = unary({
  name: "Elu",
  flops: 10,
  attributes: { alpha: "float" },
  gradient: ({ b, node, y, dy }, x) => {
    const positive = b.op("Greater", [x, b.scalar(x.dtype, 0)]);
    return b.where(positive, dy, b.mul(dy, b.shift(y, floatAttribute(node, "alpha", 1))));
  },
});
