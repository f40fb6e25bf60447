import { assert, micros, type Micros } from "@/kernel";

/** A part of a funding lot: what it holds, or what was taken from it. */
export interface LotSlice {
  readonly accountId: string;
  readonly amount: Micros;
}

/** Takes an amount from lots, oldest first. Null when together they hold less. */
export function takeFromLots(lots: readonly LotSlice[], amount: Micros): LotSlice[] | null {
  const slices: LotSlice[] = [];
  let rest: bigint = amount;
  for (const lot of lots) {
    if (rest === 0n) break;
    const taken = lot.amount < rest ? lot.amount : rest;
    if (taken > 0n) slices.push({ accountId: lot.accountId, amount: micros(taken) });
    rest -= taken > 0n ? taken : 0n;
  }
  return rest === 0n ? slices : null;
}

/** Gives an unspent amount back to the lots it was taken from, youngest first: the oldest money is the money that was spent. */
export function returnToLots(taken: readonly LotSlice[], amount: Micros): LotSlice[] {
  const back = takeFromLots([...taken].reverse(), amount);
  assert(back !== null, "never more comes back than was taken");
  return back;
}
