import { z } from "zod";

const AddressInput = z.string().regex(/^0x[0-9a-fA-F]{40}$/, "This is not a wallet's address.");
const SignatureInput = z.string().regex(/^0x([0-9a-fA-F]{2}){1,4096}$/, "This is not a signature.");
const Key = z.string().min(8).max(100);
const Id = z.string().max(64);

export const StartLinkInput = z.strictObject({ address: AddressInput });
export type StartLinkInput = z.infer<typeof StartLinkInput>;

export const LinkWalletInput = z.strictObject({ challengeId: Id, signature: SignatureInput });
export type LinkWalletInput = z.infer<typeof LinkWalletInput>;

export const WalletInput = z.strictObject({ walletId: Id });
export type WalletInput = z.infer<typeof WalletInput>;

export const PrepareDepositInput = z.strictObject({ jobId: Id, address: AddressInput });
export type PrepareDepositInput = z.infer<typeof PrepareDepositInput>;

export const SubmitAuthorizationInput = z.strictObject({ escrowOrderId: Id, signature: SignatureInput });
export type SubmitAuthorizationInput = z.infer<typeof SubmitAuthorizationInput>;

export const ReadFundingInput = z.strictObject({ jobId: Id });
export type ReadFundingInput = z.infer<typeof ReadFundingInput>;

export const RequestWithdrawalInput = z.strictObject({
  amountMicros: z.bigint().positive("Withdraw more than nothing.").max(1_000_000_000_000_000n),
  idempotencyKey: Key,
});
export type RequestWithdrawalInput = z.infer<typeof RequestWithdrawalInput>;
