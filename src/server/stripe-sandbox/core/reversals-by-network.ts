import type Stripe from "stripe";
import { book } from "./books";
import { find, idOf, keep } from "./call";
import { byItself, emit } from "./events";
import { invalid, missing } from "./failure";
import type { State } from "./state";
import { newId, now } from "./state";

/** 15 dollars for every dispute, whoever wins it. */
const DISPUTE_FEE = 1_500;
const ANSWER_WITHIN_SECONDS = 7 * 86_400;

/**
 * The payer's bank takes a charge back: money and fee leave the balance at once, below zero if need be. An inquiry only asks;
 * it moves no money until it is escalated.
 */
export function openDispute(state: State, chargeId: string, reason: string, isInquiry = false): Stripe.Dispute {
  const row = state.tables.charges[chargeId];
  if (row === undefined) throw missing("charge", chargeId, "charge");
  const { owner, body: charge } = row;
  if (charge.status !== "succeeded" || !charge.captured || charge.disputed) {
    throw invalid(`Charge ${chargeId} is ${charge.disputed ? "already disputed" : charge.status}.`);
  }
  const dispute = {
    id: newId("du"),
    object: "dispute",
    amount: charge.amount - charge.amount_refunded,
    balance_transactions: [],
    charge: charge.id,
    created: now(state),
    currency: charge.currency,
    enhanced_eligibility_types: [],
    evidence: emptyEvidence(),
    evidence_details: {
      due_by: now(state) + ANSWER_WITHIN_SECONDS,
      enhanced_eligibility: {},
      has_evidence: false,
      past_due: false,
      submission_count: 0,
    } as unknown as Stripe.Dispute.EvidenceDetails,
    intended_submission_method: null,
    is_charge_refundable: isInquiry,
    livemode: false,
    metadata: {},
    payment_intent: idOf(charge.payment_intent),
    reason,
    status: isInquiry ? "warning_needs_response" : "needs_response",
  } satisfies Stripe.Dispute;
  const kept = keep(state, owner, "disputes", dispute);
  charge.disputed = true;
  emit(state, byItself(owner), "charge.dispute.created", kept);
  if (!isInquiry) withdraw(state, owner, kept);
  return kept;
}

/** The bank was not content with the answer to its inquiry, or got none: it takes the charge back. */
export function escalateDispute(state: State, id: string): Stripe.Dispute {
  const { owner, dispute } = openOne(state, id);
  if (!isInquiry(dispute)) throw invalid(`Dispute ${id} is no inquiry.`);
  dispute.status = "needs_response";
  dispute.is_charge_refundable = false;
  dispute.evidence_details.due_by = now(state) + ANSWER_WITHIN_SECONDS;
  emit(state, byItself(owner), "charge.dispute.updated", dispute);
  withdraw(state, owner, dispute);
  return dispute;
}

/** The bank decides. A won dispute brings its money back, not its fee; an inquiry is closed and moves nothing. */
export function closeDispute(state: State, id: string, outcome: "lost" | "warning_closed" | "won"): Stripe.Dispute {
  const { owner, dispute } = openOne(state, id);
  if (isInquiry(dispute) !== (outcome === "warning_closed")) {
    throw invalid(`Dispute ${id} is ${dispute.status} and cannot become ${outcome}.`);
  }
  dispute.status = outcome;
  if (outcome === "won") {
    const back = book(state, {
      owner,
      type: "adjustment",
      category: "dispute_reversal",
      source: id,
      currency: dispute.currency,
      amount: dispute.amount,
      description: `Chargeback reversal for ${idOf(dispute.charge) ?? ""}`,
    });
    dispute.balance_transactions.push(structuredClone(back));
    emit(state, byItself(owner), "charge.dispute.funds_reinstated", dispute);
  }
  emit(state, byItself(owner), "charge.dispute.closed", dispute);
  return dispute;
}

/** Whether a dispute only asks. */
export function isInquiry(dispute: Stripe.Dispute): boolean {
  return dispute.status.startsWith("warning_");
}

function withdraw(state: State, owner: string, dispute: Stripe.Dispute): void {
  const transaction = book(state, {
    owner,
    type: "adjustment",
    category: "dispute",
    source: dispute.id,
    currency: dispute.currency,
    amount: -dispute.amount,
    fee: DISPUTE_FEE,
    feeText: "Dispute fee",
    description: `Chargeback withdrawal for ${idOf(dispute.charge) ?? ""}`,
  });
  dispute.balance_transactions.push(structuredClone(transaction));
  emit(state, byItself(owner), "charge.dispute.funds_withdrawn", dispute);
}

function openOne(state: State, id: string): { owner: string; dispute: Stripe.Dispute } {
  const row = state.tables.disputes[id];
  if (row === undefined) throw missing("dispute", id, "dispute");
  const { owner, body: dispute } = row;
  if (["lost", "warning_closed", "won"].includes(dispute.status)) {
    throw invalid(`Dispute ${id} is already ${dispute.status}.`);
  }
  return { owner, dispute };
}

/** A refund that had succeeded comes back from the payer's bank. */
export function failRefund(state: State, id: string): Stripe.Refund {
  const row = state.tables.refunds[id];
  if (row === undefined) throw missing("refund", id, "refund");
  const { owner, body: refund } = row;
  if (refund.status !== "succeeded") throw invalid(`Refund ${id} is already ${refund.status}.`);
  const charge = find({ state, owner }, "charges", idOf(refund.charge) ?? "");
  refund.status = "failed";
  refund.failure_reason = "expired_or_canceled_card";
  refund.failure_balance_transaction = book(state, {
    owner,
    type: "refund_failure",
    category: "refund_failure",
    source: id,
    currency: refund.currency,
    amount: refund.amount,
  }).id;
  charge.amount_refunded -= refund.amount;
  charge.refunded = false;
  emit(state, byItself(owner), "refund.failed", refund);
  return refund;
}

function emptyEvidence(): Stripe.Dispute.Evidence {
  return {
    access_activity_log: null,
    billing_address: null,
    cancellation_policy: null,
    cancellation_policy_disclosure: null,
    cancellation_rebuttal: null,
    customer_communication: null,
    customer_email_address: null,
    customer_name: null,
    customer_purchase_ip: null,
    customer_signature: null,
    duplicate_charge_documentation: null,
    duplicate_charge_explanation: null,
    duplicate_charge_id: null,
    enhanced_evidence: {},
    product_description: null,
    receipt: null,
    refund_policy: null,
    refund_policy_disclosure: null,
    refund_refusal_explanation: null,
    service_date: null,
    service_documentation: null,
    shipping_address: null,
    shipping_carrier: null,
    shipping_date: null,
    shipping_documentation: null,
    shipping_tracking_number: null,
    uncategorized_file: null,
    uncategorized_text: null,
  };
}
