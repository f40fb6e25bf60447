import { micros, type Micros } from "@/kernel";

/** Micro-dollars of one cent. */
const CENT = 10_000n;

/**
 * The one rounding rule of every payable total: to the nearest cent, half a cent away from zero. `rounding` is what the
 * rule added (or took), so that exact + rounding = payable.
 */
export function roundToCents(exact: bigint): { payable: Micros; rounding: Micros } {
  const size = exact < 0n ? -exact : exact;
  const rounded = ((size + CENT / 2n) / CENT) * CENT;
  const payable = exact < 0n ? -rounded : rounded;
  return { payable: micros(payable), rounding: micros(payable - exact) };
}

/**
 * Cents for the rows of a file, taken from the running balance before and after each row: the file adds up to rounded
 * closing minus rounded opening balance however many rows it has, and two files in a row never drift from the ledger.
 */
export class RunningCents {
  #exact: bigint;

  constructor(openingMicros: bigint) {
    this.#exact = openingMicros;
  }

  /** The row's amount in whole cents, as micros. */
  next(amountMicros: bigint): Micros {
    const before = roundToCents(this.#exact).payable;
    this.#exact += amountMicros;
    return micros(roundToCents(this.#exact).payable - before);
  }
}

/** An amount as plain decimal text for files: "-1234.50"; with 6 decimals every micro-dollar of it. */
export function decimalText(amount: bigint, decimals: 2 | 6): string {
  const sign = amount < 0n ? "-" : "";
  const size = amount < 0n ? -amount : amount;
  const whole = size / 1_000_000n;
  const fraction = (size % 1_000_000n).toString().padStart(6, "0");
  return `${sign}${whole}.${fraction.slice(0, decimals)}`;
}
