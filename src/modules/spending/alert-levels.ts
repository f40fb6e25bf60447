/** Shares of a budget, in percent, at which finance is told. */
export const ALERT_LEVELS = [50, 75, 90, 100] as const;

/** The levels that `used` of a budget has reached. */
export function levelsReached(usedMicros: bigint, amountMicros: bigint): readonly number[] {
  return ALERT_LEVELS.filter((percent) => usedMicros * 100n >= amountMicros * BigInt(percent));
}

/** The calendar month (UTC) that a moment lies in, as YYYY-MM. */
export function monthOf(at: Date): string {
  return at.toISOString().slice(0, 7);
}
