import { knownNumbers } from "../ir";
import { misfit, unsupported } from "../refusal";
import { vanishing } from "./families/vanishing";
import { input } from "./operator";

/**
 * Exported in training mode it zeroes elements at random and scales the rest by 1 / (1 - ratio) (Srivastava et al. 2014),
 * with numbers that depend on the job's seed, the step and the place only. In evaluation nothing happens.
 */
export const dropout = vanishing(
  "Dropout",
  { inputs: [1, 3], attributes: { seed: "int" }, gradient: ({ dy }) => [dy] },
  (reading) => {
    const { b, effects } = reading;
    const x = input(reading, 0);
    if (reading.readCount > 1)
      unsupported("Dropout with a used mask is not supported.", "Use the first output of Dropout only.");
    const trains = reading.inputs[2] === undefined ? false : knownNumbers(reading.inputs[2])?.[0] !== 0;
    const ratio = reading.inputs[1] === undefined ? 0.5 : knownNumbers(reading.inputs[1])?.[0];
    if (ratio === undefined) unsupported("Dropout has a computed ratio.", "Export it with a constant ratio.");
    if (!(ratio >= 0 && ratio < 1)) misfit(`Dropout has the ratio ${ratio}, which is not in [0, 1).`);
    if (!trains || ratio === 0 || effects.mode === "evaluation") return x;
    const kept = b.cast(effects.chance(b, x.shape, 1 - ratio), x.dtype);
    return b.mul(x, b.scale(kept, 1 / (1 - ratio)));
  },
);
