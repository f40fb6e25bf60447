import { intAttribute } from "../ir";
import { misfit } from "../refusal";
import { composed } from "./families/composed";
import { absolutePower, rootOf } from "./families/power-norm";
import { input } from "./operator";

/** The p-norm over all spatial axes. */
export const globalLpPool = composed("GlobalLpPool", { inputs: [1, 1], attributes: { p: "int" } }, (reading) => {
  const { b } = reading;
  const x = input(reading, 0);
  const p = intAttribute(reading, "p", 2);
  if (x.shape.length < 3 || p < 1) misfit("GlobalLpPool needs spatial axes and a positive p.");
  const axes = x.shape.slice(2).map((_, i) => i + 2);
  return [rootOf(b, b.sum(absolutePower(b, x, p), axes, true), p)];
});
