import { broadcastShape } from "../shape";
import { misfit } from "../refusal";
import { broadcastNumbers } from "./families/elementwise";
import { input, perElement, type Operator } from "./operator";

/** Chooses element by element. */
export const where: Operator = {
  name: "Where",
  allowed: "buyer",
  inputs: [3, 3],
  infer(draft) {
    const [condition, a, b] = [input(draft, 0), input(draft, 1), input(draft, 2)];
    if (condition.dtype !== "bool" || a.dtype !== b.dtype)
      misfit("Where needs a bool condition and two operands of one type.");
    return [{ dtype: a.dtype, shape: broadcastShape(condition.shape, broadcastShape(a.shape, b.shape)) }];
  },
  gradient({ b, node, dy }) {
    const [condition, x, y] = [input(node, 0), input(node, 1), input(node, 2)];
    const none = b.scalar(dy.dtype, 0);
    return [undefined, b.sumTo(b.where(condition, dy, none), x.shape), b.sumTo(b.where(condition, none, dy), y.shape)];
  },
  fold(inputs, _draft, type) {
    const [condition, a, b] = inputs.map((literal) => broadcastNumbers(literal, type));
    return Array.from(condition ?? [], (c, i) => (c !== 0 ? (a?.[i] ?? 0) : (b?.[i] ?? 0)));
  },
  cost: perElement(1),
};
