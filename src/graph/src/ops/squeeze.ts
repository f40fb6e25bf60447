import { knownNumbers } from "../ir";
import { misfit, unsupported } from "../refusal";
import { frontAxes } from "../shape";
import { reshaping } from "./families/reshaping";

export const squeeze = reshaping("Squeeze", { inputs: [1, 2] }, (x, { inputs }) => {
  const listed =
    inputs[1] === undefined
      ? undefined
      : (knownNumbers(inputs[1]) ?? unsupported("Squeeze has computed axes.", "Export it with constant axes."));
  const axes =
    listed === undefined
      ? x.shape.flatMap((size, axis) => (size === 1 ? [axis] : []))
      : frontAxes(listed, x.shape.length);
  if (axes.some((axis) => x.shape[axis] !== 1)) misfit("Squeeze names a dimension that is not 1.");
  return x.shape.filter((_, axis) => !axes.includes(axis));
});
