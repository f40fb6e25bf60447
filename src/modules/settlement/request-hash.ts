import { createHash } from "node:crypto";
import { canonicalJson, type Canonical } from "@trainyard/protocol";
import type { PostJobInput } from "./inputs";

/** SHA-256 of everything that a post asks for: two posts under one key ask for the same job exactly if theirs are equal. */
export function requestHash(asked: Omit<PostJobInput, "idempotencyKey">): string {
  return createHash("sha256")
    .update(canonicalJson(plain({ ...asked, rail: asked.rail ?? "balance" })))
    .digest("hex");
}

/** Every leaf as text, since canonical JSON knows neither fractions nor bigints; what is not said is not there. */
function plain(value: unknown): Canonical {
  if (typeof value !== "object" || value === null) return String(value);
  const said = Object.entries(value).filter(([, field]) => field !== undefined && field !== null);
  return Object.fromEntries(said.map(([name, field]) => [name, plain(field)]));
}
