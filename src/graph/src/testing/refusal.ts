import { expect } from "vitest";
import { GraphRefusal } from "../refusal";

/** A model that is refused, and what the refusal has to say. */
export type Case = readonly [
  what: string,
  code: string,
  model: Uint8Array,
  expected?: { node?: string; op?: string; says?: RegExp },
];

/** The refusal that a piece of work ends in; anything else is an error of the test. */
export function refusalOf(work: () => unknown): GraphRefusal {
  try {
    work();
  } catch (error) {
    if (error instanceof GraphRefusal) return error;
    throw error;
  }
  throw new Error("It was accepted.");
}

/** Checks code, sentence and way out, and where the case names them, place and words. */
export function expectRefusal([, code, , expected]: Case, refusal: GraphRefusal): void {
  expect(refusal.code, refusal.message).toBe(code);
  expect(refusal.message).toMatch(/\.$/);
  expect(refusal.fix.length).toBeGreaterThan(10);
  if (expected?.node !== undefined) expect(refusal.node).toBe(expected.node);
  if (expected?.op !== undefined) expect(refusal.op).toBe(expected.op);
  if (expected?.says !== undefined) expect(refusal.message).toMatch(expected.says);
}
