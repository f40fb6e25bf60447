import { knownNumbers } from "../ir";
import { unsupported } from "../refusal";
import { frontAxes } from "../shape";
import { reshaping } from "./families/reshaping";

export const unsqueeze = reshaping("Unsqueeze", { inputs: [2, 2] }, (x, { inputs }) => {
  const listed =
    knownNumbers(inputs[1]) ?? unsupported("Unsqueeze has computed axes.", "Export it with constant axes.");
  const rank = x.shape.length + listed.length;
  const axes = frontAxes(listed, rank);
  const sizes = [...x.shape];
  return Array.from({ length: rank }, (_, axis) => (axes.includes(axis) ? 1 : (sizes.shift() ?? 1)));
});
