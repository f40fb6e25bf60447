import { unary } from "./families/elementwise";

/** The nearest whole number; halves go to the even one. */
export const round = unary({ name: "Round", flops: 1, gradient: "none", fold: toEven });

function toEven(x: number): number {
  const below = Math.floor(x);
  const rest = x - below;
  return rest > 0.5 || (rest === 0.5 && below % 2 !== 0) ? below + 1 : below;
}
