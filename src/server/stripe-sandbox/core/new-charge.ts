import type Stripe from "stripe";
import { idOf } from "./call";
import { sessionOf } from "./session-outcome";
import type { State } from "./state";
import { newId, now } from "./state";

/** A charge as it is when it is made: nothing of it is captured or booked yet. */
export function newCharge(
  state: State,
  intent: Stripe.PaymentIntent,
  method: Stripe.PaymentMethod,
  status: Stripe.Charge.Status,
): Stripe.Charge {
  const isGood = status !== "failed";
  return {
    id: newId(method.type === "card" ? "ch" : "py"),
    object: "charge",
    amount: intent.amount,
    amount_captured: 0,
    amount_refunded: 0,
    application: null,
    application_fee: null,
    application_fee_amount: null,
    balance_transaction: null,
    billing_details: {
      ...method.billing_details,
      email: sessionOf(state, intent)?.customer_details?.email ?? null,
      tax_id: null,
    },
    calculated_statement_descriptor: "TRAINYARD",
    captured: false,
    created: now(state),
    currency: intent.currency,
    customer: idOf(intent.customer),
    description: intent.description,
    disputed: false,
    failure_balance_transaction: null,
    failure_code: null,
    failure_message: null,
    fraud_details: {},
    livemode: false,
    metadata: { ...intent.metadata },
    on_behalf_of: null,
    outcome: {
      advice_code: null,
      network_advice_code: null,
      network_decline_code: null,
      network_status: isGood ? "approved_by_network" : "declined_by_network",
      reason: null,
      seller_message: isGood ? "Payment complete." : "The bank declined the payment.",
      type: isGood ? "authorized" : "issuer_declined",
    },
    paid: status === "succeeded",
    payment_intent: intent.id,
    payment_method: method.id,
    payment_method_details: methodDetails(intent, method),
    receipt_email: intent.receipt_email,
    receipt_number: null,
    receipt_url: null,
    refunded: false,
    review: null,
    shipping: null,
    source: null,
    source_transfer: null,
    statement_descriptor: null,
    statement_descriptor_suffix: null,
    status,
    transfer_data: null,
    transfer_group: intent.transfer_group,
  } satisfies Stripe.Charge;
}

function methodDetails(intent: Stripe.PaymentIntent, method: Stripe.PaymentMethod): Stripe.Charge.PaymentMethodDetails {
  if (method.us_bank_account !== undefined) {
    const { account_holder_type, account_type, bank_name, fingerprint, last4, routing_number } = method.us_bank_account;
    return {
      type: "us_bank_account",
      us_bank_account: {
        account_holder_type: account_holder_type,
        account_type: account_type,
        bank_name,
        fingerprint,
        last4,
        payment_reference: null,
        routing_number,
      },
    };
  }
  if (method.customer_balance !== undefined) return { type: "customer_balance", customer_balance: {} };
  const { card } = method;
  return {
    type: "card",
    card: {
      amount_authorized: intent.amount,
      authorization_code: null,
      brand: card?.brand ?? null,
      checks: { address_line1_check: null, address_postal_code_check: null, cvc_check: "pass" },
      country: "US",
      exp_month: card?.exp_month ?? 1,
      exp_year: card?.exp_year ?? 2_030,
      fingerprint: card?.fingerprint ?? null,
      funding: "credit",
      installments: null,
      last4: card?.last4 ?? null,
      mandate: null,
      network: card?.brand ?? null,
      network_transaction_id: null,
      regulated_status: null,
      three_d_secure: null,
      transaction_link_id: null,
      wallet: null,
    } as Stripe.Charge.PaymentMethodDetails.Card,
  };
}
