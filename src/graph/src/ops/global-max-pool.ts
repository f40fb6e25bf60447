import { misfit } from "../refusal";
import { composed } from "./families/composed";
import { input } from "./operator";

/** Maximum over all spatial axes. */
export const globalMaxPool = composed("GlobalMaxPool", { inputs: [1, 1] }, (reading) => {
  const x = input(reading, 0);
  if (x.shape.length < 3) misfit("GlobalMaxPool needs spatial axes.");
  const axes = x.shape.slice(2).map((_, i) => i + 2);
  return [reading.b.reduce("ReduceMax", x, axes, true)];
});
