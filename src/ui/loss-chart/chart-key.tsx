import type { ReactNode } from "react";
import { lossText, percent, whole } from "../format";

interface ChartKeyProps {
  readonly step: number | null;
  readonly loss: number | null;
  readonly smoothed: number | null;
  readonly accuracy: number | null;
}

/** What the lines mean, and their values at the pointer (or at the end). Values have fixed widths, so that nothing jumps. */
export function ChartKey({ step, loss, smoothed, accuracy }: ChartKeyProps) {
  const value = (amount: number | null, write: (amount: number) => string): string =>
    amount === null ? "–" : write(amount);
  return (
    <div className="flex flex-wrap items-center gap-x-5 gap-y-1 border-t px-4 py-2 text-2xs text-ink-faint">
      <Key mark={<path d="M0 5h18" stroke="var(--proof)" strokeWidth="2" />}>verified</Key>
      <Key mark={<path d="M0 5h18" stroke="var(--proof)" strokeWidth="1.5" strokeDasharray="4 3" />}>
        not verified yet
      </Key>
      <Key
        mark={
          <>
            <circle cx="4" cy="5" r="3" fill="var(--ink)" />
            <circle cx="13" cy="5" r="2.5" fill="none" stroke="var(--ink)" />
          </>
        }
      >
        held-out accuracy
      </Key>
      <div className="flex flex-wrap gap-x-4 font-mono text-ink-soft sm:ml-auto">
        <Value name="step">{value(step, whole)}</Value>
        <Value name="loss">{value(loss, lossText)}</Value>
        <Value name="smoothed">{value(smoothed, lossText)}</Value>
        <Value name="accuracy">{value(accuracy, (share) => percent(share, 2))}</Value>
      </div>
    </div>
  );
}

function Key({ mark, children }: { mark: ReactNode; children: ReactNode }) {
  return (
    <div className="flex items-center gap-1.5">
      <span>
        <svg viewBox="0 0 18 10" className="h-2.5 w-[18px]" aria-hidden="true">
          {mark}
        </svg>
      </span>
      <span>{children}</span>
    </div>
  );
}

function Value({ name, children }: { name: string; children: ReactNode }) {
  return (
    <span className="flex gap-1">
      <span className="text-ink-faint">{name}</span>
      <span className="min-w-12">{children}</span>
    </span>
  );
}
