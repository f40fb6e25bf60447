export { runAutoTopUps, setAutoTopUp } from "./auto-top-up";
export { depositSandbox } from "./deposit-sandbox";
export {
  AmountRefused,
  BadSignature,
  DepositMismatch,
  EvidenceRefused,
  NoSavedPaymentMethod,
  NotEnough,
  OrganisationFrozen,
  PayoutsNotReady,
  RailClosed,
  SandboxClosed,
} from "./errors";
export { findEnded } from "./find-ended";
export { handleStripeEvent, syncPayout, syncRefund, syncTopUp, syncWire } from "./handle-event";
export type { DisputeEvidence, EvidenceOfJob } from "./evidence-text";
export { listOpenDisputes, type OpenDispute } from "./list-open-disputes";
export { lockDisputedDeposit, queueEvidence } from "./queue-evidence";
export {
  DisputeEvidenceInput,
  RequestPayoutInput,
  RequestRefundInput,
  SendTestWireInput,
  SetAutoTopUpInput,
  StartTopUpInput,
  TopUpInput,
} from "./inputs";
export { listFunding, type DisputeView, type Funding, type RefundView } from "./list-funding";
export { listPayouts, type Payouts, type PayoutView } from "./list-payouts";
export type { Rails } from "./rails";
export { readAutoTopUp, type AutoTopUpView } from "./read-auto-top-up";
export { readBankAccount, type BankAccountView } from "./read-bank-account";
export { readTopUp } from "./read-top-up";
export { receiveStripeEvent } from "./receive-event";
export { lockDisputeDebt, recoverDispute, type DisputeDebt } from "./recover-dispute";
export { requestPayout } from "./request-payout";
export { requestRefund } from "./request-refund";
export { requireNotFrozen } from "./require-not-frozen";
export { runCall } from "./run-call";
export { sendTestWire } from "./send-test-wire";
export { startOnboarding } from "./start-onboarding";
export { startTopUp } from "./start-top-up";
export { openStripe } from "./stripe/client";
export { reconcileStripe, type StripeFinding } from "./stripe/reconcile-stripe";
export type { TopUpView } from "./top-up-view";
