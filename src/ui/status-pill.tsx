import type { ReactNode } from "react";
import { classNames } from "./class-names";

/** proof: solid, settled for good. claim: hollow, not proven yet. */
export type Tone = "proof" | "claim" | "idle" | "warn" | "fault";

const LOOKS: Record<Tone, string> = {
  proof: "border-proof bg-proof text-proof-ink",
  claim: "border-proof text-proof",
  idle: "border-line-strong text-ink-soft",
  warn: "border-warn bg-warn-wash text-warn",
  fault: "border-fault bg-fault-wash text-fault",
};

/** A state in one word. Solid means verified or done, hollow means not proven yet. */
export function StatusPill({ tone, live = false, children }: { tone: Tone; live?: boolean; children: ReactNode }) {
  return (
    <span
      className={classNames(
        "inline-flex h-5 items-center gap-1.5 rounded-sm border px-1.5 text-2xs font-medium whitespace-nowrap",
        LOOKS[tone],
      )}
    >
      {live ? <span className="size-1.5 animate-pulse-soft rounded-full bg-current" aria-hidden="true" /> : null}
      {children}
    </span>
  );
}

const JOB_TONES = {
  awaiting_approval: "warn",
  awaiting_funds: "warn",
  open: "idle",
  running: "claim",
  completed: "proof",
  cancelled: "warn",
  failed: "fault",
} as const;
const JOB_WORDS = {
  awaiting_approval: "Waiting for approval",
  awaiting_funds: "Waiting for its money",
  open: "Waiting for a machine",
  running: "Running",
  completed: "Completed",
  cancelled: "Cancelled",
  failed: "Failed",
} as const;

/** A job's state. */
export function JobStatus({ state }: { state: keyof typeof JOB_TONES }) {
  return (
    <StatusPill tone={JOB_TONES[state]} live={state === "running"}>
      {JOB_WORDS[state]}
    </StatusPill>
  );
}
