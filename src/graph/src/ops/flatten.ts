import { intAttribute, sizeOf } from "../ir";
import { misfit } from "../refusal";
import { reshaping } from "./families/reshaping";

export const flatten = reshaping("Flatten", { inputs: [1, 1], attributes: { axis: "int" } }, (x, reading) => {
  const axis = intAttribute(reading, "axis", 1);
  const at = axis < 0 ? axis + x.shape.length : axis;
  if (at < 0 || at > x.shape.length) misfit(`Flatten has axis ${axis} for rank ${x.shape.length}.`);
  return [sizeOf(x.shape.slice(0, at)), sizeOf(x.shape.slice(at))];
});
