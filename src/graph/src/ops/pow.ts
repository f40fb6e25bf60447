import type { Builder } from "../builder";
import { isFloat, numbersOf, type Value } from "../ir";
import { broadcastShape } from "../shape";
import { broadcastNumbers } from "./families/elementwise";
import { input, perElement, type Operator } from "./operator";

/** Power with an exponent that is a constant, a parameter or computed. */
export const pow: Operator = {
  name: "Pow",
  allowed: "buyer",
  inputs: [2, 2],
  read({ b, inputs }) {
    const [x, p] = [input({ inputs }, 0), input({ inputs }, 1)];
    return [b.op("Pow", [x, constantExponent(x, p) === undefined ? b.cast(p, x.dtype) : p])];
  },
  infer(draft) {
    const [x, p] = [input(draft, 0), input(draft, 1)];
    return [{ dtype: x.dtype, shape: broadcastShape(x.shape, p.shape) }];
  },
  gradient({ b, node, dy, y }) {
    const [x, exponent] = [input(node, 0), input(node, 1)];
    const p = constantExponent(x, exponent);
    if (p === undefined) return general(b, x, exponent, y, dy);
    if (p === 0.5) return [b.div(b.scale(dy, 0.5), y), undefined];
    if (p === 2) return [b.mul(dy, b.scale(x, 2)), undefined];
    return [b.mul(dy, b.scale(b.op("Pow", [x, b.scalar(x.dtype, p - 1)]), p)), undefined];
  },
  // Products, quotients and square roots are fixed by IEEE 754; the power function of a C library is not.
  lower(b, node) {
    const x = input(node, 0);
    const p = constantExponent(x, input(node, 1));
    if (p === undefined || !isFloat(x.dtype) || p === 0 || Math.abs(p) > 8 || !Number.isInteger(4 * p))
      return undefined;
    const power = quarters(b, x, Math.abs(4 * p));
    return [p < 0 ? b.div(b.scalar(x.dtype, 1), power) : power];
  },
  fold: ([x, p], _draft, type) => {
    if (x === undefined || p === undefined) return [];
    const exponents = broadcastNumbers(p, type);
    return broadcastNumbers(x, type).map((base, i) => Math.pow(base, exponents[i] ?? 1));
  },
  cost: perElement(10),
};

/** The exponent when it is one constant number that leaves the shape of x as it is. */
function constantExponent(x: Value, value: Value): number | undefined {
  const [p, ...rest] = value.data === undefined ? [] : numbersOf(value.data);
  return rest.length === 0 && value.shape.length <= x.shape.length ? p : undefined;
}

/** y = x^p  =>  dx = dy p x^(p-1), dp = dy y log x, which is 0 where x is not positive. */
function general(b: Builder, x: Value, p: Value, y: Value, dy: Value): (Value | undefined)[] {
  const positive = b.op("Greater", [x, b.scalar(x.dtype, 0)]);
  const safe = b.where(positive, x, b.scalar(x.dtype, 1));
  const dx = b.mul(dy, b.mul(p, b.op("Pow", [x, b.shift(p, -1)])));
  return [b.sumTo(dx, x.shape), b.sumTo(b.mul(dy, b.mul(y, b.op("Log", [safe]))), p.shape)];
}

/** x to the power of `count` quarters, from products and square roots. */
function quarters(b: Builder, x: Value, count: number): Value {
  const root = b.op("Sqrt", [x]);
  const factors = [
    ...(count % 2 === 1 ? [b.op("Sqrt", [root])] : []),
    ...(count % 4 >= 2 ? [root] : []),
    ...new Array<Value>(Math.floor(count / 4)).fill(x),
  ];
  return factors.reduce((product, factor) => b.mul(product, factor));
}
