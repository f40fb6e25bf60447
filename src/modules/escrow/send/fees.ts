/** What a transaction offers for gas, in wei. */
export interface Fees {
  readonly maxFeePerGas: bigint;
  readonly maxPriorityFeePerGas: bigint;
}

/** Nodes take a replacement only if it offers an eighth more than the one before, for both parts. */
const BUMP_NUMERATOR = 1_125n;
const BUMP_DENOMINATOR = 1_000n;

/** What to offer at the market's price: room for it to double, never above the ceiling. Null: the price is above the ceiling. */
export function decideFees(market: { baseFee: bigint; tip: bigint }, ceiling: bigint): Fees | null {
  if (market.baseFee + market.tip > ceiling) return null;
  const wanted = 2n * market.baseFee + market.tip;
  return { maxFeePerGas: least(wanted, ceiling), maxPriorityFeePerGas: market.tip };
}

/** What a replacement must offer: an eighth more than before and at least the market's price. Null: that is above the ceiling. */
export function bumpFees(before: Fees, market: { baseFee: bigint; tip: bigint }, ceiling: bigint): Fees | null {
  const tip = greatest(bumped(before.maxPriorityFeePerGas), market.tip);
  const fee = greatest(bumped(before.maxFeePerGas), 2n * market.baseFee + tip);
  const least = greatest(bumped(before.maxFeePerGas), tip);
  if (least > ceiling) return null;
  return { maxFeePerGas: fee > ceiling ? ceiling : fee, maxPriorityFeePerGas: tip };
}

function bumped(amount: bigint): bigint {
  return (amount * BUMP_NUMERATOR + BUMP_DENOMINATOR - 1n) / BUMP_DENOMINATOR;
}

function least(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}

function greatest(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}
