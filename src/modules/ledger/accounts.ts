import type { Asset } from "@/kernel";

/** The chart of accounts. Ids say what an account is; every account is in one asset. */
export type AccountKind =
  | "available"
  | "hold"
  | "earnings"
  | "refund-inflight"
  | "payout-inflight"
  | "receivable"
  | "fees"
  | "audits"
  | "cost"
  | "loss"
  | "quarantine"
  | "unallocated"
  | "clearing";

/** An account as it is opened. */
export interface Account {
  readonly id: string;
  readonly kind: AccountKind;
  readonly organisationId: string | null;
  readonly asset: Asset;
  /** Only what stands for the outside world, and what somebody owes us, may go below zero. */
  readonly allowNegative: boolean;
  /** Hot accounts keep entries but no running balance, so that nobody queues for their row. */
  readonly entryOnly: boolean;
}

const account = (
  name: string,
  kind: AccountKind,
  organisationId: string | null,
  flags: Partial<Account> = {},
): Account => ({
  id: flags.asset === undefined || flags.asset === "USD" ? name : `${name}@${flags.asset}`,
  kind,
  organisationId,
  asset: "USD",
  allowNegative: false,
  entryOnly: false,
  ...flags,
});

/** One funding lot's part of what an organisation can spend. Lots' ids grow with time, so their order is the order of funding. */
export const available = (organisationId: string, lotId: string): Account =>
  account(`available:${organisationId}:${lotId}`, "available", organisationId);
/** What is reserved for one job; belongs to its buyer until it is posted. */
export const hold = (jobId: string, organisationId: string | null, asset: Asset): Account =>
  account(`hold:${jobId}`, "hold", organisationId, { asset });
/** What a provider has earned and not asked for yet. */
export const earnings = (organisationId: string, asset: Asset): Account =>
  account(`earnings:${organisationId}`, "earnings", organisationId, { asset });
/** Money of one refund on its way back to where it came from; zero once the refund has ended. */
export const refundInflight = (organisationId: string, refundId: string, asset: Asset = "USD"): Account =>
  account(`refund-inflight:${refundId}`, "refund-inflight", organisationId, { asset });
/** Money of one payout on its way to the provider; zero once the payout has ended. */
export const payoutInflight = (organisationId: string, payoutId: string, asset: Asset): Account =>
  account(`payout-inflight:${payoutId}`, "payout-inflight", organisationId, { asset });
/** What an organisation owes for one dispute or refund that took more than it had left, as a negative balance. */
export const receivable = (organisationId: string, reference: string): Account =>
  account(`receivable:${reference}`, "receivable", organisationId, { allowNegative: true });
/** The platform's share of every paid segment. */
export const fees = (asset: Asset): Account => account("platform:fees", "fees", null, { asset, entryOnly: true });
/** What the platform spends on audits, as a negative sum. */
export const audits = (asset: Asset): Account => account("platform:audits", "audits", null, { asset, entryOnly: true });
/** What payment processors keep, as a negative sum. */
export const STRIPE_COST = account("cost:stripe", "cost", null, { entryOnly: true });
/** What the platform gave back for work it had been paid for, as a negative sum. */
export const CREDIT_COST = account("cost:credits", "cost", null, { entryOnly: true });
/** Money lost to cardholders who took it back after it was spent, as a negative sum. */
export const CHARGEBACK_LOSS = account("loss:chargeback", "loss", null, { entryOnly: true });
/** The other side of demo money: minus everything the sandbox rail ever made. */
export const SANDBOX_CLEARING = account("clearing:sandbox", "clearing", null, { allowNegative: true });
/** Money at Stripe that is the platform's to direct, pending or available, as a negative sum: minus Stripe's own balance. */
export const STRIPE_BALANCE = account("clearing:stripe", "clearing", null, { allowNegative: true });
/** Money in one connected account on its way to the provider's bank; zero once its payout has ended. */
export const connectedBalance = (payoutId: string): Account =>
  account(`clearing:connected:${payoutId}`, "clearing", null, { allowNegative: true });
/** USDC inside one escrow contract that is in our books, as a negative sum: what orders have not given yet, and what the treasury may claim. */
export const escrowClearing = (contract: string): Account =>
  account(`clearing:escrow:${contract}`, "clearing", null, { asset: "USDC", allowNegative: true });
/** USDC in the platform's own account on chain, as a negative sum: minus its balance of the token. */
export const treasuryClearing = (address: string): Account =>
  account(`clearing:treasury:${address}`, "clearing", null, { asset: "USDC", allowNegative: true });
/** USDC that came from an address which a screening blocks. It stays until a person has decided. */
export const quarantine = (address: string): Account =>
  account(`quarantine:${address}`, "quarantine", null, { asset: "USDC" });
/** USDC that reached a place of ours and belongs to nobody we know. */
export const unallocated = (place: string): Account =>
  account(`unallocated:${place}`, "unallocated", null, { asset: "USDC" });
/** USDC that a payer took back although the work was done and paid, as a negative sum. */
export const ESCROW_LOSS = account("loss:escrow", "loss", null, { asset: "USDC", entryOnly: true });
