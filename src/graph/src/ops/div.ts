import { isFloat } from "../ir";
import { binary } from "./families/elementwise";

export const div = binary({
  name: "Div",
  flops: 4,
  gradient: ({ b, dy, y }, _numerator, denominator) => {
    const da = b.div(dy, denominator);
    return [da, b.neg(b.mul(da, y))];
  },
  fold: (a, b, dtype) => (isFloat(dtype) ? a / b : b === 0 ? 0 : Math.trunc(a / b)),
});
