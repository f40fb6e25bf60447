import { describe, expect, it } from "vitest";
import { verdictOf, type AuditOutcome } from "./verdict";

const agreed: AuditOutcome = { state: "agreed", commitment: "w" };
const against = (commitment: string): AuditOutcome => ({ state: "disagreed", commitment });
const waiting: AuditOutcome = { state: "open", commitment: null };
const running: AuditOutcome = { state: "leased", commitment: null };
const voided: AuditOutcome = { state: "void", commitment: null };

describe("the verdict on a committed segment", () => {
  it.each<[string, boolean, AuditOutcome[], object]>([
    ["undrawn and unaudited is good", false, [], { kind: "good", audited: false }],
    ["drawn without an audit yet waits", true, [], { kind: "pending" }],
    ["an open audit waits", true, [waiting], { kind: "pending" }],
    ["a running audit waits, drawn or not", false, [running], { kind: "pending" }],
    ["one agreeing audit is enough", true, [agreed], { kind: "good", audited: true }],
    ["one mismatch asks a third machine", true, [against("a")], { kind: "needs-tiebreak" }],
    ["a mismatch and a running tie-break wait", true, [against("a"), running], { kind: "pending" }],
    ["a tie-break for the worker clears it", true, [against("a"), agreed], { kind: "good", audited: true }],
    ["a tie-break for the auditor proves the fault", true, [against("a"), against("a")], { kind: "bad", proven: true }],
    ["three different results prove nothing", true, [against("a"), against("b")], { kind: "bad", proven: false }],
    ["a void audit does not count", false, [voided], { kind: "good", audited: false }],
  ])("%s", (_what, drawn, audits, verdict) => {
    expect(verdictOf("w", drawn, audits)).toEqual(verdict);
  });
});
