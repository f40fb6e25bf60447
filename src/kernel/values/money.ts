import { assert } from "../assert";

declare const unit: unique symbol;
/** Micro-dollars: 1,000,000 is one US dollar. The only unit money has inside the product. */
export type Micros = bigint & { readonly [unit]: "micro-usd" };

/** What money is kept in. A dollar at a bank and a dollar of USDC are different things and never meet in one sum. */
export const ASSETS = ["USD", "USDC"] as const;
export type Asset = (typeof ASSETS)[number];

/** What a job is paid in, by the rail that pays it. */
export function assetOfRail(rail: string): Asset {
  return rail === "usdc" ? "USDC" : "USD";
}

/** Marks a bigint as micro-dollars. The one place where a bare number of them becomes money. */
export function micros(amount: bigint): Micros {
  return amount as Micros;
}

/** Sum of amounts; 0 for none. */
export function sumMicros(amounts: readonly Micros[]): Micros {
  return micros(amounts.reduce<bigint>((total, amount) => total + amount, 0n));
}

/** The same amount the other way: what leaves one account for another. */
export function negateMicros(amount: Micros): Micros {
  return micros(0n - amount);
}

/** `amount` x `numerator` / `denominator`, rounded towards zero: the remainder stays with whoever keeps the rest. */
export function scaleMicros(amount: Micros, numerator: bigint, denominator: bigint): Micros {
  return micros((amount * numerator) / denominator);
}

/** A cent: what card networks and banks count in. */
const CENT = 10_000n;

/** The part of an amount that banks can move: whole cents, the rest stays. */
export function floorToCents(amount: Micros): Micros {
  return micros(amount - (((amount % CENT) + CENT) % CENT));
}

/** Whole cents as the number that payment APIs take. An amount with a fraction of a cent is a bug of the caller. */
export function toCents(amount: Micros): number {
  assert(amount % CENT === 0n, "only whole cents leave the ledger towards a bank");
  const cents = amount / CENT;
  assert(cents <= BigInt(Number.MAX_SAFE_INTEGER) && cents >= -BigInt(Number.MAX_SAFE_INTEGER), "cents fit a number");
  return Number(cents);
}

/** Whole cents that a payment API names, as money. */
export function fromCents(cents: number): Micros {
  assert(Number.isSafeInteger(cents), "payment APIs name whole cents");
  return micros(BigInt(cents) * CENT);
}

const DOLLAR = 1_000_000n;
const AMOUNT = /^\$?\s*(\d{1,9})(?:\.(\d{1,6}))?$/;

/** Reads "12.50" or "$12.50" as money; null when it is not a non-negative amount with at most six decimals. */
export function parseUsd(text: string): Micros | null {
  const found = AMOUNT.exec(text.trim().replaceAll(",", ""));
  if (found === null) return null;
  return micros(BigInt(found[1] ?? "0") * DOLLAR + BigInt((found[2] ?? "").padEnd(6, "0")));
}

/**
 * Writes money for people: "$12.50", and as many further decimals as a smaller amount needs ("$0.000371"),
 * so that nothing that was paid is ever shown as zero.
 */
export function formatUsd(amount: bigint): string {
  const sign = amount < 0n ? "−" : "";
  const absolute = amount < 0n ? -amount : amount;
  const whole = (absolute / DOLLAR).toString().replace(/\B(?=(\d{3})+$)/g, ",");
  const fraction = (absolute % DOLLAR).toString().padStart(6, "0");
  const trimmed = fraction.replace(/0+$/, "");
  return `${sign}$${whole}.${trimmed.length > 2 ? trimmed : fraction.slice(0, 2)}`;
}

/** Writes an amount of an asset for people: dollars as "$12.50", tokens as "12.50 USDC". */
export function formatAmount(amount: bigint, asset: Asset): string {
  return asset === "USD" ? formatUsd(amount) : `${formatUsd(amount).replace("$", "")} ${asset}`;
}
