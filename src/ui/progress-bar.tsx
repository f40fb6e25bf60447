interface ProgressBarProps {
  readonly label: string;
  /** Of one: what is verified (solid) and what is claimed beyond it (hatched). */
  readonly verified: number;
  readonly claimed: number;
}

/** How far something has come: proven solid, claimed hatched. */
export function ProgressBar({ label, verified, claimed }: ProgressBarProps) {
  const width = (share: number): string => `${Math.min(100, Math.max(0, share * 100)).toFixed(2)}%`;
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(verified * 100)}
      aria-valuetext={`${Math.round(verified * 100)} % verified, ${Math.round(claimed * 100)} % computed`}
      className="relative h-2 overflow-hidden rounded-sm border border-line-strong bg-sunken"
    >
      <div
        className="hatched absolute inset-y-0 left-0 transition-[width] duration-300"
        style={{ width: width(claimed) }}
      />
      <div
        className="absolute inset-y-0 left-0 bg-proof transition-[width] duration-300"
        style={{ width: width(verified) }}
      />
    </div>
  );
}
