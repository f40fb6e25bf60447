import { arrayOf, knownNumbers } from "../ir";
import { misfit, unsupported } from "../refusal";
import { vanishing } from "./families/vanishing";
import { input } from "./operator";

const COUNT_MAX = 2 ** 20;

/** Evenly spaced numbers with constant bounds. */
export const range = vanishing("Range", { inputs: [3, 3], gradient: "none" }, (reading) => {
  const [start, limit, delta] = [0, 1, 2].map((i) => knownNumbers(reading.inputs[i])?.[0]);
  if (start === undefined || limit === undefined || delta === undefined)
    unsupported("Range has computed bounds.", "Export it with constant bounds.");
  const count = Math.max(0, Math.ceil((limit - start) / delta));
  if (!(count <= COUNT_MAX)) misfit(`Range has ${count} numbers; at most ${COUNT_MAX} are accepted.`);
  const { dtype } = input(reading, 0);
  return reading.b.constant(
    dtype,
    [count],
    arrayOf(
      dtype,
      Array.from({ length: count }, (_, i) => start + i * delta),
    ),
  );
});
