/** One finished or running audit of a segment, as the verdict needs it. */
export interface AuditOutcome {
  readonly state: "open" | "leased" | "agreed" | "disagreed" | "void";
  readonly commitment: string | null;
}

export type Verdict =
  | { readonly kind: "good"; readonly audited: boolean }
  | { readonly kind: "pending" }
  | { readonly kind: "needs-tiebreak" }
  /** The worker's claim lost: two independent machines agree with each other and not with it, or nobody agrees with anybody. */
  | { readonly kind: "bad"; readonly proven: boolean };

/**
 * Decides a committed segment from its audits. One agreeing audit is enough; one that disagrees proves nothing, so a third
 * machine breaks the tie: the claim stands with whoever is confirmed. `proven` is true when two auditors agree against the
 * worker; when all three differ nobody is at fault by proof and the segment is simply trained again.
 */
export function verdictOf(commitment: string, drawn: boolean, audits: readonly AuditOutcome[]): Verdict {
  const live = audits.filter((audit) => audit.state !== "void");
  if (live.some((audit) => audit.commitment === commitment)) return { kind: "good", audited: true };
  if (live.some((audit) => audit.state === "open" || audit.state === "leased")) return { kind: "pending" };
  const against = live.flatMap((audit) => (audit.commitment === null ? [] : [audit.commitment]));
  if (against.length === 0) return drawn ? { kind: "pending" } : { kind: "good", audited: false };
  if (against.length === 1) return { kind: "needs-tiebreak" };
  return { kind: "bad", proven: new Set(against).size < against.length };
}
