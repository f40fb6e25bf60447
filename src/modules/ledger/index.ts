export { SANDBOX_CLEARING, STRIPE_BALANCE, type Account } from "./accounts";
export {
  bookedOnChain,
  closeEscrowHold,
  completeWithdrawal,
  lockUsdcEarnings,
  openWithdrawal,
  postEscrowDeposit,
  postEscrowRefund,
  postSweep,
  postTreasuryReceipt,
  returnWithdrawal,
  type DepositOwner,
  type WithdrawalPosting,
} from "./chain-postings";
export { collectDebt } from "./collect-debt";
export { creditDeposit } from "./credit-deposit";
export { lockReceivable, postDisputeMovement, recoverFromLot, writeOffDispute, type DisputePosting } from "./disputes";
export { InsufficientFunds, TransferMismatch } from "./errors";
export { balanceOfAccount, listClearing, type OpenClearing } from "./list-clearing";
export { listHoldsOfLot } from "./list-holds-of-lot";
export { ListStatementInput, listStatement, type StatementLine } from "./list-statement";
export { openHold } from "./open-hold";
export {
  completePayout,
  lockPayable,
  openPayout,
  postPayoutBounced,
  postPayoutReversed,
  postPayoutTransferred,
  returnPayout,
  type PayoutPosting,
} from "./payouts";
export { postAuditFee } from "./post-audit-fee";
export { postCredit } from "./post-credit";
export { postSegment } from "./post-segment";
export { postTransfer } from "./post-transfer";
export { availableOf, readBalance, type AssetBalance, type Balance } from "./read-balance";
export {
  completeRefund,
  lockRefundableLots,
  openRefund,
  postRefundBounced,
  returnRefund,
  takeRefund,
  type RefundPosting,
} from "./refunds";
export { postStripeFee } from "./stripe-deposits";
export { PLATFORM_FEE_BPS, splitPrice } from "./split-price";
export { trialBalance, type TrialBalance } from "./trial-balance";
export { heldForJob, postedForJob, returnedForJob, voidHold } from "./void-hold";
