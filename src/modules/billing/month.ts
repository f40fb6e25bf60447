/** A calendar month in UTC as a half-open span of time. */
export function monthSpan(month: string): { from: Date; to: Date } {
  const from = new Date(`${month}-01T00:00:00.000Z`);
  const to = new Date(from);
  to.setUTCMonth(to.getUTCMonth() + 1);
  return { from, to };
}

/** The month that a moment is in, as "2026-11". */
export function monthOf(at: Date): string {
  return at.toISOString().slice(0, 7);
}
