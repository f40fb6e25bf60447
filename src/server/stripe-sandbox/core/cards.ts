import type Stripe from "stripe";
import type { State } from "./state";
import { newId, now } from "./state";

/** What a test card or test bank account does when it is charged. */
export type Behaviour =
  | "asks-3ds"
  | "asks-3ds-always"
  | "declined"
  | "disputed"
  | "insufficient-funds"
  | "succeeds"
  | "succeeds-available-at-once"
  | "bank-succeeds"
  | "bank-fails";

interface TestCard {
  readonly number: string;
  readonly token: string;
  readonly behaviour: Behaviour;
}

/** Stripe's test cards, by number and by the id that stands for a ready payment method. */
const CARDS: readonly TestCard[] = [
  { number: "4242424242424242", token: "pm_card_visa", behaviour: "succeeds" },
  { number: "5555555555554444", token: "pm_card_mastercard", behaviour: "succeeds" },
  { number: "4000000000000077", token: "pm_card_bypassPending", behaviour: "succeeds-available-at-once" },
  { number: "4000002500003155", token: "pm_card_authenticationRequiredOnSetup", behaviour: "asks-3ds" },
  { number: "4000002760003184", token: "pm_card_authenticationRequired", behaviour: "asks-3ds-always" },
  { number: "4000000000009995", token: "pm_card_chargeDeclinedInsufficientFunds", behaviour: "insufficient-funds" },
  { number: "4000000000000002", token: "pm_card_chargeDeclined", behaviour: "declined" },
  { number: "4000000000000259", token: "pm_card_createDispute", behaviour: "disputed" },
];

/** The test card with that number, spaces ignored. */
export function cardByNumber(number: string): TestCard | null {
  const digits = number.replace(/\D/g, "");
  return CARDS.find((card) => card.number === digits) ?? null;
}

/** A fresh payment method for a test token, or null if the token is unknown. */
export function methodForToken(state: State, token: string): Stripe.PaymentMethod | null {
  if (token === "pm_usBankAccount_success") return bankMethod(state, "bank-succeeds");
  if (token === "pm_usBankAccount_insufficientFunds") return bankMethod(state, "bank-fails");
  const card = CARDS.find((candidate) => candidate.token === token);
  return card === undefined ? null : cardMethod(state, card, null);
}

/** A payment method that stands for a card. What the card does is found again by its last four digits. */
export function cardMethod(state: State, card: TestCard, name: string | null): Stripe.PaymentMethod {
  const brand = card.number.startsWith("5") ? "mastercard" : "visa";
  return {
    ...commonMethod(state, name),
    type: "card",
    card: {
      brand,
      checks: { address_line1_check: null, address_postal_code_check: null, cvc_check: "pass" },
      country: "US",
      display_brand: brand,
      exp_month: 12,
      exp_year: new Date().getUTCFullYear() + 3,
      fingerprint: `fp${card.number.slice(-8)}`,
      funding: "credit",
      generated_from: null,
      last4: card.number.slice(-4),
      networks: { available: [brand], preferred: null },
      regulated_status: null,
      three_d_secure_usage: { supported: true },
      wallet: null,
    },
  } satisfies Stripe.PaymentMethod;
}

/** A payment method that stands for a bank account in the United States. */
export function bankMethod(state: State, behaviour: "bank-fails" | "bank-succeeds"): Stripe.PaymentMethod {
  return {
    ...commonMethod(state, null),
    type: "us_bank_account",
    us_bank_account: {
      account_holder_type: "company",
      account_type: "checking",
      bank_name: "STRIPE TEST BANK",
      financial_connections_account: null,
      fingerprint: `bank${behaviour}`,
      last4: behaviour === "bank-succeeds" ? "6789" : "1116",
      networks: null,
      routing_number: "110000000",
      status_details: null,
    },
  } satisfies Stripe.PaymentMethod;
}

/** A payment method that stands for a customer's cash, filled by bank transfers. */
export function cashMethod(state: State): Stripe.PaymentMethod {
  return {
    ...commonMethod(state, null),
    type: "customer_balance",
    customer_balance: {},
  } satisfies Stripe.PaymentMethod;
}

/** What charging this payment method does. */
export function behaviourOf(method: Stripe.PaymentMethod): Behaviour {
  if (method.us_bank_account !== undefined) {
    return method.us_bank_account.last4 === "6789" ? "bank-succeeds" : "bank-fails";
  }
  const card = CARDS.find(({ number }) => number.endsWith(method.card?.last4 ?? "none"));
  return card?.behaviour ?? "declined";
}

function commonMethod(state: State, name: string | null) {
  const address = { city: null, country: null, line1: null, line2: null, postal_code: null, state: null };
  return {
    id: newId("pm"),
    object: "payment_method",
    allow_redisplay: "unspecified",
    billing_details: { address, email: null, name, phone: null, tax_id: null },
    created: now(state),
    customer: null,
    customer_account: null,
    livemode: false,
    metadata: {},
  } as const;
}
