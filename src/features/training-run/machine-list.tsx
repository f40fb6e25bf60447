import { Money } from "@/ui/money";
import { StatusPill } from "@/ui/status-pill";
import type { Job } from "./types";

/** Who trained, at what price, and why it was matched. */
export function MachineList({ job }: { job: Job }) {
  if (job.machines.length === 0)
    return (
      <p className="p-4 text-sm text-ink-faint">
        No machine is matched yet. The market tries every two seconds; the log says what stands in the way.
      </p>
    );
  return (
    <ul>
      {job.machines.map((machine, i) => (
        <li key={i} className="border-b px-4 py-3 text-sm last:border-b-0">
          <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1">
            <span className="flex items-center gap-2">
              <strong className="font-medium">{machine.machineName}</strong>
              <span className="text-ink-faint">{machine.organisationName}</span>
              <StatusPill tone={machine.state === "active" ? "claim" : "idle"} live={machine.state === "active"}>
                {machine.state === "active" ? "Matched" : "Ended"}
              </StatusPill>
            </span>
            <span className="text-ink-soft">
              {machine.segments} {machine.segments === 1 ? "segment" : "segments"} at{" "}
              <Money amountMicros={machine.pricePerSegmentMicros} asset={job.money.asset} /> each
            </span>
          </div>
          <p className="mt-1 max-w-3xl text-ink-soft">{machine.explanation}</p>
          {machine.endReason === null ? null : <p className="mt-0.5 text-xs text-ink-faint">{machine.endReason}</p>}
        </li>
      ))}
    </ul>
  );
}
