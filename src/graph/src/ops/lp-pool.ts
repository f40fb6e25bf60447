import { intAttribute, sizeOf } from "../ir";
import { misfit } from "../refusal";
import { meanWithPadding } from "./average-pool";
import { composed } from "./families/composed";
import { absolutePower, rootOf } from "./families/power-norm";
import { windowAttributes, windowOf } from "./families/window";
import { input } from "./operator";

/** The p-norm over a window. */
export const lpPool = composed(
  "LpPool",
  { inputs: [1, 1], attributes: { ...windowAttributes, p: "int" } },
  (reading) => {
    const { b } = reading;
    const x = input(reading, 0);
    const p = intAttribute(reading, "p", 2);
    if (p < 1) misfit("LpPool needs a positive p.");
    const window = windowOf(reading.attributes, x.shape.slice(2));
    const mean = meanWithPadding(b, absolutePower(b, x, p), window);
    return [rootOf(b, b.scale(mean, sizeOf(window.kernel)), p)];
  },
);
