/** The mark: a train of segments, three proven and the next one claimed. */
export function LogoMark() {
  return (
    <svg viewBox="0 0 28 16" className="h-4 w-7" aria-hidden="true">
      <path d="M0 14.5h28" stroke="currentColor" strokeWidth="1.5" />
      {[0, 7.5, 15].map((x) => (
        <rect key={x} x={x} y="3" width="6" height="9" rx="1" fill="var(--proof)" />
      ))}
      <rect x="23" y="3.5" width="4.5" height="8" rx="1" fill="none" stroke="var(--proof)" strokeDasharray="2 1.4" />
    </svg>
  );
}

/** Mark and name. */
export function Logo() {
  return (
    <span className="inline-flex items-center gap-2.5 text-base font-semibold tracking-tight">
      <LogoMark />
      Trainyard
    </span>
  );
}
