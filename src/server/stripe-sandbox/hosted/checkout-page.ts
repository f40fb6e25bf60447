import type Stripe from "stripe";
import { find, idOf, keep } from "../core/call";
import { bankMethod, cardByNumber, cardMethod } from "../core/cards";
import { attempt, fail3ds } from "../core/charging";
import { byItself, emit } from "../core/events";
import type { FormObject } from "../core/form";
import { newIntent } from "../core/intent";
import { sessionOf } from "../core/session-outcome";
import type { State } from "../core/state";
import type { Page } from "./page";
import { notFound, page, redirect } from "./page";
import { escaped, htmlPage, money } from "./html";

/** The payer's pages: Checkout, and the bank's 3-D Secure page. Null if the path is neither. */
export function checkoutPage(
  state: State,
  method: string,
  path: string,
  form: FormObject,
  origin: string,
): Page | null {
  const [, kind, id] = /^\/c\/(pay|3ds)\/(\w+)$/.exec(path) ?? [];
  if (kind === undefined || id === undefined) return null;
  const owner = state.platform;
  if (kind === "pay") {
    const session = state.tables.sessions[id]?.body;
    if (session === undefined) return notFound("No such payment page");
    return method === "POST" ? pay(state, session, form, origin) : showSession(state, session, null);
  }
  const intent = state.tables.paymentIntents[id]?.body;
  if (intent === undefined) return notFound("No such payment");
  if (method !== "POST") return show3ds(intent);
  return finish3ds(state, owner, intent, form["outcome"] === "complete", origin);
}

function pay(state: State, session: Stripe.Checkout.Session, form: FormObject, origin: string): Page {
  if (session.status !== "open") return showSession(state, session, null);
  const cause = byItself(state.platform);
  const method = methodFrom(state, form);
  if (method === null) return showSession(state, session, "Your card number is invalid. Use one of the test cards.");
  keep(state, state.platform, "paymentMethods", method);
  rememberPayer(session, form);
  const intent = intentOf(state, session);
  attempt(state, cause, intent, method, { origin });
  if (intent.status === "requires_action") return redirect(`${origin}/c/3ds/${intent.id}`);
  return afterAttempt(state, session, intent);
}

/** The session's intent, made at the first attempt to pay. */
function intentOf(state: State, session: Stripe.Checkout.Session): Stripe.PaymentIntent {
  const owner = state.platform;
  const planned = state.plannedIntents[session.id];
  if (planned === undefined) return find({ state, owner }, "paymentIntents", idOf(session.payment_intent) ?? "");
  const intent = keep(state, owner, "paymentIntents", newIntent(state, planned));
  session.payment_intent = intent.id;
  delete state.plannedIntents[session.id];
  emit(state, byItself(owner), "payment_intent.created", intent);
  return intent;
}

function finish3ds(
  state: State,
  owner: string,
  intent: Stripe.PaymentIntent,
  isComplete: boolean,
  origin: string,
): Page {
  const session = sessionOf(state, intent);
  if (intent.status === "requires_action") {
    const cause = byItself(owner);
    const method = find({ state, owner }, "paymentMethods", idOf(intent.payment_method) ?? "");
    if (isComplete) attempt(state, cause, intent, method, { origin, is3dsDone: true });
    else fail3ds(state, cause, intent);
  }
  if (session === null) return page(200, htmlPage("3-D Secure", `<p>Done: ${escaped(intent.status)}.</p>`));
  return afterAttempt(state, session, intent);
}

function afterAttempt(state: State, session: Stripe.Checkout.Session, intent: Stripe.PaymentIntent): Page {
  if (session.status !== "complete") {
    return showSession(state, session, intent.last_payment_error?.message ?? "The payment failed. Try again.");
  }
  return redirect((session.success_url ?? "").replaceAll("{CHECKOUT_SESSION_ID}", session.id));
}

function methodFrom(state: State, form: FormObject): Stripe.PaymentMethod | null {
  if (form["method"] === "bank") return bankMethod(state, "bank-succeeds");
  if (form["method"] === "bank-fails") return bankMethod(state, "bank-fails");
  const card = cardByNumber(typeof form["number"] === "string" ? form["number"] : "");
  return card === null ? null : cardMethod(state, card, typeof form["name"] === "string" ? form["name"] : null);
}

function rememberPayer(session: Stripe.Checkout.Session, form: FormObject): void {
  const details = session.customer_details;
  const email = typeof form["email"] === "string" && form["email"] !== "" ? form["email"] : null;
  const name = typeof form["name"] === "string" && form["name"] !== "" ? form["name"] : null;
  session.customer_details = {
    address: null,
    business_name: null,
    email: details?.email ?? email,
    individual_name: null,
    name: name ?? details?.name ?? null,
    phone: null,
    tax_exempt: "none",
    tax_ids: [],
  };
}

function showSession(state: State, session: Stripe.Checkout.Session, error: string | null): Page {
  const amount = money(session.amount_total ?? 0, session.currency ?? "usd");
  if (session.status !== "open") {
    const text = session.status === "complete" ? "This payment is done." : "This payment page has expired.";
    return page(200, htmlPage("Checkout", `<h1>Checkout</h1><p>${text}</p>`));
  }
  const lines = (state.lineItems[session.id] ?? []).map((item) => `<p>${escaped(item.description ?? "")}</p>`);
  const email = session.customer_details?.email ?? "";
  const cardForm = `<form method="post">
    <label for="email">Email</label><input id="email" name="email" type="email" value="${escaped(email)}">
    <label for="number">Card number</label><input id="number" name="number" inputmode="numeric" required
      autocomplete="cc-number" value="4242 4242 4242 4242">
    <label for="expiry">Expiry</label><input id="expiry" name="expiry" value="12 / 34">
    <label for="cvc">Security code</label><input id="cvc" name="cvc" inputmode="numeric" value="123">
    <label for="name">Name on card</label><input id="name" name="name" autocomplete="cc-name">
    <button name="method" value="card">Pay ${amount}</button></form>`;
  const bankForm = `<form method="post">
    <button name="method" value="bank">Pay by ACH debit</button>
    <button name="method" value="bank-fails">Pay by ACH debit that comes back</button></form>`;
  const types = session.payment_method_types;
  const cancel = session.cancel_url === null ? "" : `<p><a href="${escaped(session.cancel_url)}">Back</a></p>`;
  return page(
    error === null ? 200 : 402,
    htmlPage(
      "Checkout",
      `<h1>Checkout</h1><p class="amount">${amount}</p>${lines.join("")}
      ${error === null ? "" : `<p class="error" role="alert">${escaped(error)}</p>`}
      ${types.includes("card") ? cardForm : ""}${types.includes("us_bank_account") ? bankForm : ""}${cancel}`,
    ),
  );
}

function show3ds(intent: Stripe.PaymentIntent): Page {
  return page(
    200,
    htmlPage(
      "3-D Secure",
      `<h1>Your bank asks</h1><p>Is this payment of ${money(intent.amount, intent.currency)} yours?</p>
      <form method="post"><button name="outcome" value="complete">Complete</button>
      <button name="outcome" value="fail">Fail</button></form>`,
    ),
  );
}
