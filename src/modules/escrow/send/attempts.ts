import { z } from "zod";
import type { Hex } from "../chain/address";
import type { Fees } from "./fees";

const Whole = z.string().regex(/^\d+$/);
const Bytes = z.string().regex(/^0x[0-9a-f]*$/);
const StoredAttempts = z.array(
  z.strictObject({ hash: Bytes, raw: Bytes, gas: Whole, maxFeePerGas: Whole, maxPriorityFeePerGas: Whole }),
);

/** One signed form of a transaction. */
export interface Attempt extends Fees {
  readonly hash: Hex;
  readonly raw: Hex;
  readonly gas: bigint;
}

/** The attempts of a transaction as they are stored. */
export function readAttempts(stored: unknown): Attempt[] {
  return StoredAttempts.parse(stored).map(({ hash, raw, gas, maxFeePerGas, maxPriorityFeePerGas }) => ({
    hash: hash as Hex,
    raw: raw as Hex,
    gas: BigInt(gas),
    maxFeePerGas: BigInt(maxFeePerGas),
    maxPriorityFeePerGas: BigInt(maxPriorityFeePerGas),
  }));
}

/** Attempts as they are stored: numbers as decimal text. */
export function storeAttempts(attempts: readonly Attempt[]) {
  return attempts.map(({ hash, raw, gas, maxFeePerGas, maxPriorityFeePerGas }) => ({
    hash,
    raw,
    gas: String(gas),
    maxFeePerGas: String(maxFeePerGas),
    maxPriorityFeePerGas: String(maxPriorityFeePerGas),
  }));
}
