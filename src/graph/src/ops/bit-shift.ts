import { textAttribute } from "../ir";
import { misfit } from "../refusal";
import { binary } from "./families/elementwise";
import type { Operator } from "./operator";

const shift = binary({ name: "BitShift", gradient: "none" });

/** Moves the bits of unsigned numbers by a count, LEFT or RIGHT. */
export const bitShift = {
  ...shift,
  allowed: "compiler",
  attributes: { direction: "string" },
  infer(draft) {
    const direction = textAttribute(draft, "direction", "");
    if (direction !== "LEFT" && direction !== "RIGHT") misfit("BitShift needs a direction, LEFT or RIGHT.");
    return shift.infer(draft);
  },
} satisfies Operator;
