import { BaseError, decodeErrorResult, isHex, type Hex } from "viem";
import { testUsdcAbi } from "../contract/test-usdc";
import { trainyardEscrowAbi } from "../contract/trainyard-escrow";

const ABI = [...testUsdcAbi, ...trainyardEscrowAbi];

/** What the contracts' refusals mean to whoever waits for the transaction. */
const SENTENCES: Readonly<Record<string, string>> = {
  Paused: "USDC is paused by its issuer at the moment.",
  Denied: "The issuer of USDC has blocked this account.",
  Expired: "The signature was too old when it reached the chain.",
  NotYetValid: "The signature does not count yet.",
  AuthorizationUsedOrCanceled: "The signature was used or cancelled already.",
  InvalidSignature: "The signature is not the wallet's.",
  ERC20InsufficientBalance: "The account does not hold enough USDC.",
  ERC20InsufficientAllowance: "The contract may not take that much from the account.",
  OrderExists: "The order is paid already.",
  OrderEnded: "The order has ended.",
  OrderFrozen: "The order is with the arbiter.",
  TooLate: "The time for this has passed.",
  NotIncreasing: "The voucher was brought already.",
  ExceedsRate: "The voucher is ahead of the rate that the order allows.",
  ExceedsOrder: "The order does not hold that much.",
  ZeroAmount: "There is nothing to take.",
};

/** USDC itself refuses in words. */
const WORDS: readonly [RegExp, string][] = [
  [/paused/i, SENTENCES["Paused"] ?? ""],
  [/blacklisted/i, SENTENCES["Denied"] ?? ""],
  [/authorization is expired/i, SENTENCES["Expired"] ?? ""],
  [/authorization is used/i, SENTENCES["AuthorizationUsedOrCanceled"] ?? ""],
  [/exceeds balance/i, SENTENCES["ERC20InsufficientBalance"] ?? ""],
  [/invalid signature/i, SENTENCES["InvalidSignature"] ?? ""],
];

/** Why the chain would refuse a call, as a sentence; null when the error says nothing about the call itself. */
export function revertReason(error: unknown): string | null {
  if (!(error instanceof BaseError)) return null;
  const data = revertData(error);
  if (data !== null) {
    const known = decode(data);
    if (known !== null) return SENTENCES[known] ?? `The chain refuses it (${known}).`;
  }
  const text = `${error.shortMessage} ${error.details}`;
  const words = WORDS.find(([pattern]) => pattern.test(text));
  if (words !== undefined) return words[1];
  return /revert/i.test(text) ? "The chain refuses it." : null;
}

function decode(data: Hex): string | null {
  try {
    return decodeErrorResult({ abi: ABI, data }).errorName;
  } catch {
    return null;
  }
}

function revertData(error: BaseError): Hex | null {
  const found = error.walk((cause) => typeof cause === "object" && cause !== null && "data" in cause);
  if (found === null || !("data" in found)) return null;
  const data: unknown = found.data;
  const inner = typeof data === "object" && data !== null && "data" in data ? data.data : data;
  return isHex(inner) && inner.length >= 10 ? inner : null;
}
