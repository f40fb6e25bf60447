import { z } from "zod";

const Count = z.number().int().min(0).max(1_000_000);

/** What goes wrong on purpose. Counters count down as they strike; the rest stays until changed. */
const Switches = z.strictObject({
  /** Limits drop, delay and error to paths that begin so. */
  path: z.string(),
  /** The next n writes are carried out and saved, then the connection breaks without an answer.
   * The stripe package repeats a request once by itself after such a break, so 2 is what its caller notices. */
  dropResponses: Count,
  /** The next n writes are answered 500 and not carried out; the 500 is saved under the idempotency key. */
  serverErrors: Count,
  /** The next n requests, reads too, are answered 429 and not carried out. */
  rateLimits: Count,
  /** How many seconds such an answer tells its caller to wait. */
  retryAfterSeconds: Count,
  /** Every request waits this long before it is carried out. */
  delayMs: Count,
  /** Every webhook is sent this many extra times, at once. */
  duplicate: Count,
  /** Webhooks are held for a moment and leave in reverse order. */
  reorder: z.boolean(),
  /** The next n webhooks are never sent. */
  lose: Count,
  /** Webhooks leave this many seconds late on the sandbox's clock. */
  lateSeconds: Count,
  /** The next n events are each followed by an event of a type that nobody knows. */
  unknownEvents: Count,
  /** Payments are read before Stripe has said what it keeps of them: their charges name no balance transaction yet. */
  lateFees: z.boolean(),
  /** Webhooks are signed with the secret before the current one only, or with a wrong one where there is none. */
  signWithOldSecret: z.boolean(),
});

/** A change of some switches. */
export const ChaosInput = Switches.partial();

/** The state of all chaos switches. */
export type Chaos = z.output<typeof Switches>;

/** Nothing goes wrong. */
export const CALM: Chaos = {
  path: "",
  dropResponses: 0,
  serverErrors: 0,
  rateLimits: 0,
  retryAfterSeconds: 1,
  delayMs: 0,
  duplicate: 0,
  reorder: false,
  lose: 0,
  lateSeconds: 0,
  unknownEvents: 0,
  lateFees: false,
  signWithOldSecret: false,
};

/** Uses up one strike of a counter; false if none is left. */
export function strike(
  chaos: Chaos,
  counter: "dropResponses" | "lose" | "rateLimits" | "serverErrors" | "unknownEvents",
  path = chaos.path,
): boolean {
  if (chaos[counter] === 0 || !path.startsWith(chaos.path)) return false;
  chaos[counter] -= 1;
  return true;
}
