"use client";

import { Tooltip } from "radix-ui";
import { classNames } from "./class-names";

export type SegmentLook = "pending" | "leased" | "committed" | "audited" | "verified";

export interface SegmentCell {
  readonly index: number;
  readonly look: SegmentLook;
  /** How often the segment was refused or abandoned before. */
  readonly voids: number;
  /** Of one, while it is being trained. */
  readonly progress: number;
  readonly detail: string;
}

const LOOKS: Record<SegmentLook, string> = {
  pending: "border-dashed border-line-strong",
  leased: "border-proof",
  committed: "hatched border-proof",
  audited: "bg-proof border-proof shadow-[inset_0_0_0_2px_var(--surface)]",
  verified: "bg-proof border-proof",
};
const WORDS: Record<SegmentLook, string> = {
  pending: "Waiting",
  leased: "In training",
  committed: "Committed",
  audited: "Audited and verified",
  verified: "Verified",
};

interface SegmentStripProps {
  readonly cells: readonly SegmentCell[];
  readonly onSelect?: (index: number) => void;
}

/** A job as a train of segments: hollow while it is a claim, solid once it is proven. A red edge marks refused attempts. */
export function SegmentStrip({ cells, onSelect }: SegmentStripProps) {
  return (
    <Tooltip.Provider delayDuration={80}>
      <ul className="grid gap-1" style={{ gridTemplateColumns: columnsFor(cells.length) }} aria-label="Segments">
        {cells.map((cell) => (
          <li key={cell.index} className="flex">
            <Cell cell={cell} {...(onSelect === undefined ? {} : { onSelect })} />
          </li>
        ))}
      </ul>
      <Legend voids={cells.some((cell) => cell.voids > 0)} />
    </Tooltip.Provider>
  );
}

/** One row where the cells fit, otherwise rows of equal cells; a cell is never too narrow to press. */
function columnsFor(count: number): string {
  return `repeat(auto-fill, minmax(clamp(14px, ${100 / count}% - 4px, 48px), 1fr))`;
}

function Cell({ cell, onSelect }: { cell: SegmentCell; onSelect?: (index: number) => void }) {
  const words = `Segment ${cell.index + 1}: ${WORDS[cell.look].toLowerCase()}. ${cell.detail}`;
  return (
    <Tooltip.Root>
      <Tooltip.Trigger asChild>
        <button
          type="button"
          aria-label={words}
          onClick={() => onSelect?.(cell.index)}
          className={classNames(
            "relative h-6 w-full overflow-hidden rounded-sm border",
            LOOKS[cell.look],
            cell.voids > 0 && "border-b-2 border-b-fault",
          )}
        >
          {cell.look === "leased" ? (
            <span
              className="hatched absolute inset-y-0 left-0 opacity-60 transition-[width] duration-300"
              style={{ width: `${cell.progress * 100}%` }}
            />
          ) : null}
        </button>
      </Tooltip.Trigger>
      <Tooltip.Portal>
        <Tooltip.Content sideOffset={6} className="z-50 max-w-72 rounded-md bg-ink px-2.5 py-1.5 text-xs text-paper">
          <p className="font-medium">
            Segment {cell.index + 1}: {WORDS[cell.look].toLowerCase()}
          </p>
          <p className="opacity-80">{cell.detail}</p>
          <Tooltip.Arrow className="fill-ink" />
        </Tooltip.Content>
      </Tooltip.Portal>
    </Tooltip.Root>
  );
}

function Legend({ voids }: { voids: boolean }) {
  return (
    <ul className="mt-2.5 flex flex-wrap gap-x-4 gap-y-1 text-2xs text-ink-faint">
      {(Object.keys(LOOKS) as SegmentLook[]).map((look) => (
        <li key={look} className="flex items-center gap-1.5">
          <span className={classNames("size-3 rounded-sm border", LOOKS[look])} aria-hidden="true" />
          {WORDS[look]}
        </li>
      ))}
      {voids ? (
        <li className="flex items-center gap-1.5">
          <span className="size-3 rounded-sm border border-b-2 border-line-strong border-b-fault" aria-hidden="true" />
          An attempt was void
        </li>
      ) : null}
    </ul>
  );
}
