/** A state that the code holds to be impossible. It is a bug, so it ends the request and is never shown to a user. */
export class AssertionError extends Error {
  override name = "AssertionError";
}

/** Ends the request when a condition that cannot be false is false. `why` says why it cannot. */
export function assert(condition: unknown, why: string): asserts condition {
  if (!condition) throw new AssertionError(why);
}
