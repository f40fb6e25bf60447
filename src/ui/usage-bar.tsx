import { classNames } from "./class-names";

interface UsageBarProps {
  readonly label: string;
  readonly usedMicros: bigint;
  readonly amountMicros: bigint;
}

/** Shares, in percent, from which on the bar warns. The marks stand where alerts are raised. */
const WARNS_FROM = 75;
const MARKS = [50, 75, 90] as const;

/** How much of an amount is used: ink, then a warning, then a stop. */
export function UsageBar({ label, usedMicros, amountMicros }: UsageBarProps) {
  const percent = usedPercent(usedMicros, amountMicros);
  const look = percent >= 100 ? "bg-fault" : percent >= WARNS_FROM ? "bg-warn" : "bg-ink-soft";
  return (
    <div
      role="meter"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.min(100, percent)}
      aria-valuetext={`${percent} % used`}
      className="relative h-2 overflow-hidden rounded-sm border border-line-strong bg-sunken"
    >
      <div
        className={classNames("absolute inset-y-0 left-0 transition-[width] duration-300", look)}
        style={{ width: `${Math.min(100, percent)}%` }}
      />
      {MARKS.map((mark) => (
        <span
          key={mark}
          className="absolute inset-y-0 w-px bg-line-strong"
          style={{ left: `${mark}%` }}
          aria-hidden="true"
        />
      ))}
    </div>
  );
}

/** The used share in whole percent, rounded down, so that 100 means all of it. */
export function usedPercent(usedMicros: bigint, amountMicros: bigint): number {
  return amountMicros === 0n ? 100 : Number((usedMicros * 100n) / amountMicros);
}
