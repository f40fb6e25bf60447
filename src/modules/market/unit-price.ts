/** FLOPs of one PFLOP, the market's unit of work. */
const PFLOP = 10n ** 15n;
/** Prices per PFLOP are kept in millionths of a micro-dollar, so that rounding never decides a match. */
const FINE = 10n ** 6n;
const BPS = 10_000n;
const SECONDS_PER_HOUR = 3_600n;

/** What a provider asks, before the work is known. */
export interface Ask {
  readonly floorMicrosPerHour: bigint;
  readonly flopsPerSecond: number;
}

const whole = (flops: number): bigint => BigInt(Math.max(1, Math.round(flops)));
const ceilDivide = (a: bigint, b: bigint): bigint => (a + b - 1n) / b;

/**
 * Lowest price of one segment, micro-dollars, at which the provider's share after the platform's fee still reaches the
 * floor: floor x (flops / flopsPerSecond) hours / (1 - fee), rounded up; at least one micro-dollar.
 */
export function askPerSegment(ask: Ask, flopsPerSegment: number, feeBps: bigint): bigint {
  const cost = ask.floorMicrosPerHour * whole(flopsPerSegment) * BPS;
  return ceilDivide(cost, whole(ask.flopsPerSecond) * SECONDS_PER_HOUR * (BPS - feeBps));
}

/** The same ask per PFLOP, in fine units: what offers are ordered by. */
export function askPerPflop(ask: Ask, feeBps: bigint): bigint {
  return ceilDivide(
    ask.floorMicrosPerHour * PFLOP * FINE * BPS,
    whole(ask.flopsPerSecond) * SECONDS_PER_HOUR * (BPS - feeBps),
  );
}

/** A price per segment as a price per PFLOP, in fine units, rounded down: what orders are ordered by. */
export function bidPerPflop(perSegmentMicros: bigint, flopsPerSegment: number): bigint {
  return (perSegmentMicros * PFLOP * FINE) / whole(flopsPerSegment);
}

/** A price per PFLOP in fine units as micro-dollars for one segment, rounded down. */
export function perSegment(perPflopFine: bigint, flopsPerSegment: number): bigint {
  return (perPflopFine * whole(flopsPerSegment)) / (PFLOP * FINE);
}

/** Fine units as micro-dollars per PFLOP, for people. */
export function microsPerPflop(fine: bigint): bigint {
  return fine / FINE;
}
