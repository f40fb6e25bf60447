import { GraphRefusal } from "../refusal";

/** Refuses sizes of a template that are not natural numbers of a sane magnitude. */
export function checkSizes(sizes: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(sizes)) {
    if (Number.isInteger(value) && value >= 1 && value <= 2 ** 20) continue;
    throw new GraphRefusal("graph/options", {
      reason: `The ${name} ${value} is not possible.`,
      fix: "Choose a whole number from 1 to 1048576.",
    });
  }
}
