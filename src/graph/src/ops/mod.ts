import { intAttribute, isFloat } from "../ir";
import { binary } from "./families/elementwise";

/** Remainder of a division: with the sign of the divisor, or of the dividend when fmod is 1. y = a - b trunc(a / b). */
export const mod = binary({
  name: "Mod",
  flops: 4,
  attributes: { fmod: "int" },
  gradient: ({ b, dy, y }, dividend, divisor) => [dy, b.mul(dy, b.div(b.sub(y, dividend), divisor))],
  fold: (a, b, dtype, draft) => {
    const rest = b === 0 ? 0 : a % b;
    const keepsSign = isFloat(dtype) || intAttribute(draft, "fmod", 0) === 1;
    return keepsSign || rest === 0 || rest < 0 === b < 0 ? rest : rest + b;
  },
});
