import { floatAttribute } from "../ir";
import { unary } from "./families/elementwise";

export const leakyRelu = unary({
  name: "LeakyRelu",
  flops: 2,
  attributes: { alpha: "float" },
  gradient: ({ b, node, dy }, x) => {
    const positive = b.op("Greater", [x, b.scalar(x.dtype, 0)]);
    return b.where(positive, dy, b.scale(dy, floatAttribute(node, "alpha", 0.01)));
  },
});
