import type { Value } from "./ir";

/** Names and shared constants of one compilation, common to a graph and the bodies inside it. */
export class Scope {
  private count = 0;
  readonly constants = new Map<string, Value>();
  /** A name that no buyer's value has: readers refuse names that begin with "%". */
  fresh(): string {
    return `%${this.count++}`;
  }
}
