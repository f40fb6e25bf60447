import { binary } from "./families/elementwise";

export const lessOrEqual = binary({
  name: "LessOrEqual",
  result: "bool",
  gradient: "none",
  fold: (a, b) => Number(a <= b),
});
