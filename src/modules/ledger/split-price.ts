import { micros, scaleMicros, type Micros } from "@/kernel";

/** The platform's share of a segment's price, in hundredths of a percent. */
export const PLATFORM_FEE_BPS = 1_500n;
const BPS = 10_000n;

/**
 * Splits a price between provider and platform. The platform's fee is rounded down on everything paid so far, `paidBefore`
 * and this price together: then the fees of many segments are what one fee on their sum would be, as the escrow contract
 * takes it, whatever the segments cost. The two always add up to the price.
 */
export function splitPrice(price: Micros, paidBefore: Micros = micros(0n)): { provider: Micros; fee: Micros } {
  const fee = micros(feeOf(micros(paidBefore + price)) - feeOf(paidBefore));
  return { provider: micros(price - fee), fee };
}

function feeOf(paid: Micros): Micros {
  return scaleMicros(paid, PLATFORM_FEE_BPS, BPS);
}
