import { isAddress, type Address, type Hex } from "viem";
import { assert } from "@/kernel";

export type { Address, Hex } from "viem";

/** An address in the one spelling that is stored and compared: lower case. */
export function addressOf(text: string): Address {
  assert(isAddress(text, { strict: false }), `"${text}" is not an address`);
  return text.toLowerCase() as Address;
}

/** Whether a text is an address in any spelling. */
export function isAddressText(text: string): boolean {
  return isAddress(text, { strict: false });
}

/** Bytes as stored text, typed for the chain library. */
export function hexOf(text: string): Hex {
  assert(/^0x[0-9a-f]*$/i.test(text), "bytes are hexadecimal");
  return text as Hex;
}
