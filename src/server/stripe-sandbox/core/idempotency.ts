import { createHash } from "node:crypto";
import { StripeFailure } from "./failure";
import type { SavedAnswer, State } from "./state";
import { nowMs } from "./state";

const KEPT_MS = 24 * 60 * 60 * 1_000;

/** What identifies a request beside its key. */
export interface Fingerprint {
  readonly key: string;
  readonly endpoint: string;
  readonly parameters: string;
}

/** The fingerprint of a write with a key: the account, the method with its path, and a hash of the parameters. */
export function fingerprint(owner: string, key: string, endpoint: string, body: string): Fingerprint {
  return { key: `${owner}:${key}`, endpoint, parameters: createHash("sha256").update(body).digest("hex") };
}

/** The answer saved for this key, null if the key is new; the same key on other terms is refused. */
export function savedAnswer(state: State, print: Fingerprint): SavedAnswer | null {
  prune(state);
  const saved = state.idempotency[print.key];
  if (saved === undefined) return null;
  if (saved.endpoint !== print.endpoint) {
    throw refused(
      `Keys for idempotent requests can only be used for the same endpoint they were first used for ` +
        `('${print.endpoint}' vs '${saved.endpoint}'). Try using a different idempotency key.`,
    );
  }
  if (saved.parameters !== print.parameters) {
    throw refused(
      "Keys for idempotent requests can only be used with the same parameters they were first used with. " +
        "Try using a different idempotency key if you meant to execute a different request.",
    );
  }
  return saved;
}

/** Saves the first answer, a 500 included; a request that failed its parameter check never started and is not saved. */
export function saveAnswer(state: State, print: Fingerprint, status: number, body: string): void {
  if (status === 401 || status === 409 || status === 429 || status === 501) return;
  if (status === 400 && /"code":\s*"parameter_/.test(body)) return;
  const { endpoint, parameters } = print;
  state.idempotency[print.key] = { endpoint, parameters, status, body, at: nowMs(state) };
}

function prune(state: State): void {
  const oldest = nowMs(state) - KEPT_MS;
  for (const [key, saved] of Object.entries(state.idempotency)) {
    if (saved.at < oldest) delete state.idempotency[key];
  }
}

function refused(message: string): StripeFailure {
  return new StripeFailure(400, { type: "idempotency_error", message });
}
