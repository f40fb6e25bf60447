import type { Asset } from "@/kernel/values/money";
import { amountText } from "./format";

/** One column: a day, and what it came to. */
export interface ChartColumn {
  readonly key: string;
  readonly amountMicros: bigint;
}

interface ColumnChartProps {
  readonly caption: string;
  readonly columns: readonly ChartColumn[];
  readonly asset: Asset;
  readonly onSelect: (key: string) => void;
}

/** Heights are thousandths of the highest column, in whole numbers: money never becomes a fraction. */
const FULL = 1_000n;

/** Amounts day by day as a picture. Each column is a button that says its day and amount; the table below says the same. */
export function ColumnChart({ caption, columns, asset, onSelect }: ColumnChartProps) {
  const highest = columns.reduce((most, { amountMicros }) => (amountMicros > most ? amountMicros : most), 0n);
  return (
    <figure className="min-w-0">
      <div className="flex items-baseline justify-between gap-3 text-2xs text-ink-faint">
        <figcaption>{caption}</figcaption>
        <span>highest {amountText(highest, asset, false)}</span>
      </div>
      <div className="mt-2 flex h-40 items-end gap-px border-b sm:gap-1" role="group" aria-label={caption}>
        {columns.map(({ key, amountMicros }) => (
          <button
            key={key}
            type="button"
            disabled={amountMicros === 0n}
            title={`${key}: ${amountText(amountMicros, asset)}`}
            aria-label={`${key}: ${amountText(amountMicros, asset, false)}`}
            onClick={() => onSelect(key)}
            className="group relative h-full min-w-0 flex-1 disabled:cursor-default"
          >
            <svg
              viewBox="0 0 10 1000"
              preserveAspectRatio="none"
              className="absolute inset-0 size-full text-ink-soft group-hover:text-ink group-disabled:text-line"
              aria-hidden="true"
            >
              <rect
                x="0"
                width="10"
                y={String(FULL - heightOf(amountMicros, highest))}
                height={String(heightOf(amountMicros, highest))}
                fill="currentColor"
              />
            </svg>
          </button>
        ))}
      </div>
      <div className="mt-1 flex justify-between text-2xs text-ink-faint" aria-hidden="true">
        <span>{columns[0]?.key}</span>
        <span>{columns.at(-1)?.key}</span>
      </div>
    </figure>
  );
}

/** What was spent is never invisible: the smallest column is a line. */
function heightOf(amountMicros: bigint, highest: bigint): bigint {
  if (amountMicros <= 0n || highest === 0n) return 4n;
  const height = (amountMicros * FULL) / highest;
  return height < 12n ? 12n : height;
}

/** A part of a whole as a bar, for the cells of a table. */
export function ShareBar({ part, whole }: { part: bigint; whole: bigint }) {
  const share = whole <= 0n ? 0n : (part * 100n) / whole;
  return (
    <svg
      viewBox="0 0 100 6"
      preserveAspectRatio="none"
      className="h-1.5 w-full min-w-16 text-ink-soft"
      aria-hidden="true"
    >
      <rect width="100" height="6" rx="1" fill="var(--sunken)" />
      <rect width={String(share < 1n && part > 0n ? 1n : share)} height="6" rx="1" fill="currentColor" />
    </svg>
  );
}
