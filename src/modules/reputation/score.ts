/** 97.5 % quantile of the normal distribution: the lower end of a 95 % interval. */
const Z = 1.96;

/**
 * A machine's score in [0, 1]: the Wilson lower bound (Wilson 1927) of the share of its audited segments that held.
 * No history gives 0; one good audit 0.21; a hundred 0.96.
 */
export function reputationScore(record: { validSegments: number; faults: number }): number {
  const n = record.validSegments + record.faults;
  if (n === 0) return 0;
  const share = record.validSegments / n;
  const spread = Z * Math.sqrt((share * (1 - share) + (Z * Z) / (4 * n)) / n);
  return Math.max(0, (share + (Z * Z) / (2 * n) - spread) / (1 + (Z * Z) / n));
}
