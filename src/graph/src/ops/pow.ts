import { isFloat, knownNumbers, numbersOf, type Value } from "../ir";
import { misfit, unsupported } from "../refusal";
import { input, perElement, type Operator } from "./operator";

/** Power with a constant scalar exponent. */
export const pow: Operator = {
  name: "Pow",
  allowed: "buyer",
  inputs: [2, 2],
  infer(draft) {
    const x = input(draft, 0);
    if (!isFloat(x.dtype)) misfit("Pow takes floating-point numbers.");
    exponent(input(draft, 1));
    return [{ dtype: x.dtype, shape: x.shape }];
  },
  gradient({ b, node, dy, y }) {
    const x = input(node, 0);
    const p = exponent(input(node, 1));
    if (p === 0.5) return [b.div(b.scale(dy, 0.5), y), undefined];
    if (p === 2) return [b.mul(dy, b.scale(x, 2)), undefined];
    return [b.mul(dy, b.scale(b.op("Pow", [x, b.scalar(x.dtype, p - 1)]), p)), undefined];
  },
  // Products and square roots are fixed by IEEE 754; the power function of a C library is not.
  lower(b, node) {
    const x = input(node, 0);
    const p = exponent(input(node, 1));
    if (p === 0.5) return [b.op("Sqrt", [x])];
    if (p === -1) return [b.div(b.scalar(x.dtype, 1), x)];
    if (!Number.isInteger(p) || p < 1 || p > 8) return undefined;
    let power: Value = x;
    for (let i = 1; i < p; i++) power = b.mul(power, x);
    return [power];
  },
  fold: (inputs) =>
    (inputs[0] === undefined ? [] : numbersOf(inputs[0].data)).map((x) => Math.pow(x, Number(inputs[1]?.data[0] ?? 1))),
  cost: perElement(10),
};

function exponent(value: Value): number {
  const [p, ...rest] = knownNumbers(value) ?? [];
  if (p === undefined || rest.length > 0 || value.shape.some((size) => size !== 1)) {
    unsupported("Pow has an exponent that is not one constant.", "Use a constant scalar exponent.");
  }
  return p;
}
