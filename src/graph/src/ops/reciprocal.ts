import type { Builder } from "../builder";
import type { Node } from "../ir";
import { unary } from "./families/elementwise";
import { input } from "./operator";

export const reciprocal = unary({
  name: "Reciprocal",
  flops: 4,
  gradient: ({ b, dy, y }) => b.neg(b.mul(dy, b.mul(y, y))),
  // Division is fixed by IEEE 754; the Reciprocal kernel is not the same on every architecture.
  lower: (b: Builder, node: Node) => [b.div(b.scalar(input(node, 0).dtype, 1), input(node, 0))],
});
