import type { Builder } from "../builder";
import type { Value } from "../ir";

/** A tensor that an optimizer keeps beside a parameter; it starts at zero. */
export interface Slot {
  /** Part of the name in the state: "adam.m" gives "adam.m.<parameter>". */
  readonly name: string;
  readonly shape: readonly number[];
}

/** What one update sees. `slots` are in the order of `slotsOf`; `scalars` are the numbers of the step, each [] . */
export interface UpdateContext {
  readonly parameter: Value;
  readonly gradient: Value;
  readonly slots: readonly Value[];
  readonly scalars: readonly Value[];
  /** Whether weight decay applies to this parameter. */
  readonly decays: boolean;
}

export interface Updated {
  readonly parameter: Value;
  readonly slots: readonly Value[];
}

/** All that the compiler knows of one optimizer. */
export interface Optimizer<Choice> {
  readonly slots: (shape: readonly number[], choice: Choice) => readonly Slot[];
  /** Numbers of each step that the host computes from the step's learning rate, in a fixed order; called for step 1, 2, ... */
  readonly scalars: (choice: Choice) => (rate: number) => readonly number[];
  readonly update: (b: Builder, choice: Choice, at: UpdateContext) => Updated;
  /** Prefix of all slot names, for recognising them in a state. */
  readonly prefix: string;
}

/** The value that the arity of an optimizer says is there. */
export function part(values: readonly Value[], index: number): Value {
  const value = values[index];
  if (value === undefined) throw new TypeError(`An optimizer lacks its value ${index}.`);
  return value;
}
