import { toHex } from "viem";
import { mnemonicToAccount } from "viem/accounts";
import { addressOf, type Address, type Hex } from "./address";

/** Known to everybody: what it guards is worth nothing, and it must never guard anything else. */
export const LOCAL_MNEMONIC = "test test test test test test test test test test test junk";

/** Accounts of a local chain by what they are for. */
const LOCAL_ACCOUNTS = ["deployer", "relayer", "treasury", "verifier", "arbiter", "buyer", "provider"] as const;
export type LocalAccountName = (typeof LOCAL_ACCOUNTS)[number];

/** One of a local chain's accounts, which has coins there from the start. */
export function localAccount(name: LocalAccountName): { readonly address: Address; readonly privateKey: Hex } {
  const account = mnemonicToAccount(LOCAL_MNEMONIC, { addressIndex: LOCAL_ACCOUNTS.indexOf(name) });
  return { address: addressOf(account.address), privateKey: toHex(account.getHdKey().privateKey ?? new Uint8Array()) };
}
