import { micros, scaleMicros, type Micros } from "@/kernel";

/** The platform's share of a segment's price, in hundredths of a percent. */
export const PLATFORM_FEE_BPS = 1_500n;
const BPS = 10_000n;

/** Splits a price between provider and platform. The fee is rounded down, so the two always add up to the price. */
export function splitPrice(price: Micros): { provider: Micros; fee: Micros } {
  const fee = scaleMicros(price, PLATFORM_FEE_BPS, BPS);
  return { provider: micros(price - fee), fee };
}
