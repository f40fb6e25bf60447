import type { JobHappening } from "@/modules/jobs";
import { describe, expect, it } from "vitest";
import { eventSentence } from "./event-sentence";

const CASES: readonly (readonly [JobHappening, string, string])[] = [
  [
    { type: "posted", name: "Digits", limitMicros: "37000", segments: 20 },
    "Posted as 20 segments with a limit of $0.037.",
    "plain",
  ],
  [
    { type: "approval-asked", reason: "it may cost $90.00", approvals: 2 },
    "Waits for 2 approvals: it may cost $90.00. Nothing is held yet.",
    "plain",
  ],
  [{ type: "approved", by: "Fay", comment: "", missing: 1 }, "Approved by Fay. One more person must approve.", "proof"],
  [{ type: "declined", by: "Fay", comment: "Too dear" }, "Declined by Fay: “Too dear”.", "fault"],
  [
    { type: "funded", amountMicros: "12500000" },
    "$12.50 is in the escrow contract and final. The job may start.",
    "proof",
  ],
  [
    { type: "unmatched", explanation: "No machine is online." },
    "No match in this batch. No machine is online.",
    "plain",
  ],
  [
    {
      type: "matched",
      machine: "n1",
      organisation: "Northwind",
      pricePerSegmentMicros: "371",
      explanation: "The only offer.",
    },
    "Matched with n1 of Northwind at $0.000371 a segment. The only offer.",
    "plain",
  ],
  [{ type: "leased", index: 0, attempt: 0, machine: "n1" }, "n1 started segment 1.", "plain"],
  [{ type: "leased", index: 2, attempt: 1, machine: "n1" }, "n1 started segment 3, attempt 2.", "plain"],
  [
    { type: "committed", index: 0, commitment: "ab", loss: 0.25, accuracy: 0.9312, machine: "n1" },
    "n1 committed segment 1: held-out loss 0.2500, accuracy 93.12 %.",
    "plain",
  ],
  [
    { type: "drawn", index: 4, probability: 0.05 },
    "The draw chose segment 5 for an audit; the chance was 5 %.",
    "plain",
  ],
  [
    { type: "audited", index: 0, agrees: false, organisation: "Fabrikam", cause: "tiebreak" },
    "Fabrikam re-executed segment 1 blind to break a tie and got another result.",
    "plain",
  ],
  [{ type: "verified", index: 0, audited: false }, "Segment 1 is verified: the draw passed it by.", "proof"],
  [
    { type: "paid", index: 1, priceMicros: "371", totalMicros: "742" },
    "$0.000371 paid for segment 2; $0.000742 so far.",
    "proof",
  ],
  [{ type: "voided", index: 1, reason: "Refused." }, "Segment 2 is void and costs nothing. Refused.", "fault"],
  [
    { type: "released", machine: "n1", reason: "it went offline" },
    "n1 left the job. it went offline. The job goes on from the last good state on the next machine.",
    "plain",
  ],
  [
    { type: "completed", postedMicros: "2000000", returnedMicros: "0", accuracy: 0.981 },
    "Every segment is verified. $2.00 was paid, $0.00 returned; held-out accuracy 98.10 %.",
    "proof",
  ],
  [
    { type: "cancelled", reason: "Cancelled by the buyer.", returnedMicros: "5" },
    "Cancelled by the buyer. $0.000005 returned; what was verified stays paid and kept.",
    "plain",
  ],
  [
    { type: "failed", reason: "No machine finished.", returnedMicros: "1" },
    "The job was given up. No machine finished. $0.000001 returned.",
    "fault",
  ],
];

describe("eventSentence", () => {
  it.each(CASES)("tells %o", (happening, text, tone) => {
    const { type, ...data } = happening;
    expect(eventSentence({ type, data }, "USD")).toEqual({ text, tone });
  });

  it("writes what a USDC job pays as USDC, and never with a dollar sign", () => {
    for (const [{ type, ...data }, dollars] of CASES.filter(([{ type }]) => type !== "approval-asked")) {
      const { text } = eventSentence({ type, data }, "USDC");
      expect(text).toBe(dollars.replace(/\$([\d.]*\d)/g, "$1 USDC"));
    }
  });

  it("shows an unknown type by its name", () =>
    expect(eventSentence({ type: "paused", data: {} }, "USD").text).toBe("paused"));
});
