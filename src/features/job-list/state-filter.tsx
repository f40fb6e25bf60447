import Link from "next/link";
import { classNames } from "@/ui/class-names";

const STATES = ["awaiting_approval", "awaiting_funds", "open", "running", "completed", "cancelled", "failed"] as const;
export type JobState = (typeof STATES)[number];
const WORDS: Record<JobState, string> = {
  awaiting_approval: "To approve",
  awaiting_funds: "To fund",
  open: "Waiting",
  running: "Running",
  completed: "Completed",
  cancelled: "Cancelled",
  failed: "Failed",
};

/** The state in the address, or null for all. */
export function stateOf(text: string | null): JobState | null {
  return STATES.find((state) => state === text) ?? null;
}

/** Narrows the list by state; the choice is in the address, so it can be shared and survives a reload. */
export function StateFilter({ state }: { state: JobState | null }) {
  const look = (chosen: boolean): string =>
    classNames(
      "rounded-sm px-2 py-1 text-xs",
      chosen ? "bg-ink text-paper" : "text-ink-soft hover:bg-sunken hover:text-ink",
    );
  return (
    <span className="flex flex-wrap gap-1 font-normal">
      <Link href="/jobs" className={look(state === null)} aria-current={state === null ? "true" : undefined}>
        All
      </Link>
      {STATES.map((choice) => (
        <Link
          key={choice}
          href={`/jobs?state=${choice}`}
          className={look(state === choice)}
          aria-current={state === choice ? "true" : undefined}
        >
          {WORDS[choice]}
        </Link>
      ))}
    </span>
  );
}
