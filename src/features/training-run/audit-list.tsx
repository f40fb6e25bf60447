import { Hash } from "@/ui/hash";
import { StatusPill, type Tone } from "@/ui/status-pill";
import type { Audit, Segment } from "./types";

const TONES: Record<Audit["state"], Tone> = {
  open: "idle",
  leased: "claim",
  agreed: "proof",
  disagreed: "fault",
  void: "idle",
};
const WORDS: Record<Audit["state"], string> = {
  open: "Waiting for an auditor",
  leased: "Being re-executed",
  agreed: "Same bits",
  disagreed: "Another result",
  void: "Void",
};
const CAUSES: Record<Audit["cause"], string> = {
  draw: "drawn",
  tiebreak: "breaks a tie",
  platform: "the platform’s own check",
};

/** Who re-executed the segment without knowing the result, and what came out. */
export function AuditList({ segment }: { segment: Segment }) {
  return (
    <section className="mb-5">
      <h3 className="mb-1 text-sm font-semibold">Audits</h3>
      {segment.audits.length === 0 ? (
        <p className="border-y py-2 text-sm text-ink-faint">
          {segment.drawn === false
            ? "The draw passed this segment by. The key of the draw is revealed when the job ends."
            : "None yet."}
        </p>
      ) : (
        <ul className="divide-y border-y">
          {segment.audits.map((audit, i) => (
            <li key={i} className="py-2 text-sm">
              <span className="flex items-center justify-between gap-3">
                <span>
                  {audit.machineName ?? "Not assigned"}{" "}
                  <span className="text-xs text-ink-faint">{audit.organisationName}</span>
                </span>
                <StatusPill tone={TONES[audit.state]}>{WORDS[audit.state]}</StatusPill>
              </span>
              <span className="flex items-center justify-between gap-3 text-xs text-ink-faint">
                {CAUSES[audit.cause]}
                {audit.commitment === null ? null : <Hash value={audit.commitment} name="auditor’s commitment" />}
              </span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
