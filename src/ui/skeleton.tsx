/** The shape of what is coming, in its final size, so that nothing moves when it arrives. */
export function Skeleton({ height, width = "100%" }: { height: number; width?: number | string }) {
  return <div aria-hidden="true" className="animate-pulse-soft rounded-sm bg-sunken" style={{ height, width }} />;
}

/** Rows of a table that is being read. */
export function SkeletonRows({ rows = 5, what }: { rows?: number; what: string }) {
  return (
    <div role="status" aria-label={`Reading ${what}`} className="space-y-3 p-4">
      {Array.from({ length: rows }, (_, row) => (
        <Skeleton key={row} height={18} width={`${92 - ((row * 17) % 40)}%`} />
      ))}
    </div>
  );
}
