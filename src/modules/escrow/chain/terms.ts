import { encodeAbiParameters, keccak256, type Hex } from "viem";
import { z } from "zod";
import { trainyardEscrowAbi } from "../contract/trainyard-escrow";
import type { Address } from "./address";

const AddressText = z.string().regex(/^0x[0-9a-f]{40}$/);
const Whole = z.string().regex(/^\d{1,20}$/);

/** An order's terms as they are stored: whole numbers as decimal text, so that none is ever rounded. */
export const StoredTerms = z.strictObject({
  payer: AddressText,
  payee: AddressText,
  verifier: AddressText,
  arbiter: AddressText,
  feeTo: AddressText,
  feeBps: z.number().int(),
  burstBps: z.number().int(),
  rampSeconds: z.number().int(),
  arbiterSeconds: z.number().int(),
  openUntil: z.number().int(),
  graceUntil: z.number().int(),
  amount: Whole,
  salt: z.string().regex(/^0x[0-9a-f]{64}$/),
});
export type StoredTerms = z.infer<typeof StoredTerms>;

/** Terms as the contract takes them. */
export interface Terms {
  readonly payer: Address;
  readonly payee: Address;
  readonly verifier: Address;
  readonly arbiter: Address;
  readonly feeTo: Address;
  readonly feeBps: number;
  readonly burstBps: number;
  readonly rampSeconds: number;
  readonly arbiterSeconds: number;
  readonly openUntil: number;
  readonly graceUntil: number;
  readonly amount: bigint;
  readonly salt: Hex;
}

/** Stored terms as the contract takes them. */
export function termsOf(stored: unknown): Terms {
  const { amount, ...rest } = StoredTerms.parse(stored);
  return { ...rest, amount: BigInt(amount) } as Terms;
}

/** Terms as they are stored. */
export function storeTerms(terms: Terms): StoredTerms {
  return { ...terms, amount: String(terms.amount) };
}

const deposit = trainyardEscrowAbi.find((item) => item.type === "function" && item.name === "deposit");
const TERMS_PARAMETER = deposit !== undefined && "inputs" in deposit ? deposit.inputs[0] : undefined;

/** The order's name: the hash of chain, contract and terms, as `orderIdOf` of the contract computes it. */
export function orderIdOf(chainId: number, escrow: Address, terms: Terms): Hex {
  return keccak256(
    encodeAbiParameters([{ type: "uint256" }, { type: "address" }, TERMS_PARAMETER as never], [
      BigInt(chainId),
      escrow,
      terms,
    ] as never),
  );
}

/** The EIP-712 domain of a token. */
export interface TokenDomain {
  readonly name: string;
  readonly version: string;
  readonly chainId: number;
  readonly verifyingContract: Address;
}

/** What the payer's wallet signs (EIP-3009): exactly this amount, to the contract, for exactly this order. */
export function authorizationData(domain: TokenDomain, escrow: Address, orderId: Hex, terms: Terms) {
  return {
    domain,
    types: {
      ReceiveWithAuthorization: [
        { name: "from", type: "address" },
        { name: "to", type: "address" },
        { name: "value", type: "uint256" },
        { name: "validAfter", type: "uint256" },
        { name: "validBefore", type: "uint256" },
        { name: "nonce", type: "bytes32" },
      ],
    },
    primaryType: "ReceiveWithAuthorization",
    message: {
      from: terms.payer,
      to: escrow,
      value: terms.amount,
      validAfter: 0n,
      validBefore: BigInt(terms.openUntil),
      nonce: orderId,
    },
  } as const;
}

/** What the verifier signs for all segments of an order up to one of them. */
export function voucherData(
  chainId: number,
  escrow: Address,
  voucher: { orderId: Hex; cumAmount: bigint; segIndex: number; evidenceRoot: Hex },
) {
  return {
    domain: { name: "TrainyardEscrow", version: "1", chainId, verifyingContract: escrow },
    types: {
      Voucher: [
        { name: "orderId", type: "bytes32" },
        { name: "cumAmount", type: "uint64" },
        { name: "segIndex", type: "uint32" },
        { name: "evidenceRoot", type: "bytes32" },
      ],
    },
    primaryType: "Voucher",
    message: voucher,
  } as const;
}
