import { binary } from "./families/elementwise";

export const greaterOrEqual = binary({
  name: "GreaterOrEqual",
  result: "bool",
  gradient: "none",
  fold: (a, b) => Number(a >= b),
});
