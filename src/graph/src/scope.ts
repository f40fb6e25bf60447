import type { Value } from "./ir";
import { GraphRefusal } from "./refusal";

/** What one compilation may make in all: nodes, and elements of constants that are written out or folded. */
const NODES_MAX = 400_000;
const ELEMENTS_MAX = 2 ** 27;

/** Names, shared constants and spent work of one compilation, common to a graph and the bodies inside it. */
export class Scope {
  private count = 0;
  private nodes = 0;
  private elements = 0;
  readonly constants = new Map<string, Value>();

  /** A name that no buyer's value has: readers refuse names that begin with "%". */
  fresh(): string {
    return `%${this.count++}`;
  }

  /** Counts work; refuses a model that would take the compiler minutes or gigabytes, node by harmless node. */
  spend(work: { readonly nodes?: number; readonly elements?: number }): void {
    this.nodes += work.nodes ?? 0;
    this.elements += work.elements ?? 0;
    if (this.nodes <= NODES_MAX && this.elements <= ELEMENTS_MAX) return;
    throw new GraphRefusal("graph/too-large", {
      reason:
        this.nodes > NODES_MAX
          ? `The training graph would have more than ${NODES_MAX} nodes.`
          : "The model's constants and tables are too large to be worked out while compiling.",
      fix: "Use a smaller model, shorter sequences or smaller images.",
    });
  }
}
