import type { Builder } from "../builder";
import { adafactor, type Adafactor } from "./adafactor";
import { adamw, type AdamW } from "./adamw";
import { lion, type Lion } from "./lion";
import type { Optimizer, Slot, UpdateContext, Updated } from "./optimizer";
import { sgd, type Sgd } from "./sgd";

/** An update rule with its numbers. */
export type OptimizerChoice = AdamW | Sgd | Lion | Adafactor;

/** An optimizer bound to its numbers. */
export interface BoundOptimizer {
  slots(shape: readonly number[]): readonly Slot[];
  scalars(): (rate: number) => readonly number[];
  update(b: Builder, at: UpdateContext): Updated;
}

/** Prefixes of slot names of all optimizers. */
export const SLOT_PREFIXES: readonly string[] = [adamw, sgd, lion, adafactor].map(({ prefix }) => prefix);

/** The optimizer of a choice. */
export function optimizerOf(choice: OptimizerChoice): BoundOptimizer {
  switch (choice.kind) {
    case "adamw":
      return bound(adamw, choice);
    case "sgd":
      return bound(sgd, choice);
    case "lion":
      return bound(lion, choice);
    case "adafactor":
      return bound(adafactor, choice);
  }
}

function bound<Choice>(optimizer: Optimizer<Choice>, choice: Choice): BoundOptimizer {
  return {
    slots: (shape) => optimizer.slots(shape, choice),
    scalars: () => optimizer.scalars(choice),
    update: (b, at) => optimizer.update(b, choice, at),
  };
}
