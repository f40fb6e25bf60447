import { intAttribute, knownNumbers } from "../ir";
import { unsupported } from "../refusal";
import { vanishing } from "./families/vanishing";
import { input } from "./operator";

/** Dropout as it is in evaluation mode: nothing happens. */
export const dropout = vanishing(
  "Dropout",
  { inputs: [1, 3], attributes: { seed: "int" }, gradient: ({ dy }) => [dy] },
  (reading) => {
    const trains = reading.inputs[2] === undefined ? false : knownNumbers(reading.inputs[2])?.[0] !== 0;
    const ratio = reading.inputs[1] === undefined ? 0.5 : knownNumbers(reading.inputs[1])?.[0];
    if ((trains && ratio !== 0) || reading.outputCount > 1 || intAttribute(reading, "seed", 0) < 0) {
      unsupported("Dropout in training mode is not supported.", "Export the model in evaluation mode (model.eval()).");
    }
    return input(reading, 0);
  },
);
