import { formatUsd, parseUsd } from "@/kernel/values/money";

export const AMOUNT_ERROR = "Write an amount of dollars such as 250 or 12.50.";

/** What an optional limit's field holds: nothing, an amount, or something that is neither. */
export type LimitReading = { readonly amount: bigint | null; readonly error: string | null };

/** Reads a field where nothing means no limit. */
export function readLimit(text: string): LimitReading {
  if (text.trim() === "") return { amount: null, error: null };
  const amount = parseUsd(text);
  return amount === null ? { amount: null, error: AMOUNT_ERROR } : { amount, error: null };
}

/** Reads a field that must hold more than nothing. */
export function readAmount(text: string): bigint | null {
  const amount = parseUsd(text);
  return amount === null || amount === 0n ? null : amount;
}

/** An amount as it is typed: no sign, no separators; nothing for no limit. */
export function typedUsd(amountMicros: bigint | null): string {
  return amountMicros === null ? "" : formatUsd(amountMicros).replace(/[$,]/g, "").replace(/\.00$/, "");
}
