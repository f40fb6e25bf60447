import Stripe from "stripe";
import { startStripeSandbox } from "@/server/stripe-sandbox";

const KEY = "sk_test_contract";

/** A client, and the sandbox's own pages and switches where the client talks to the sandbox. */
export interface Bench {
  readonly stripe: Stripe;
  readonly url: string;
  /** Calls one of the sandbox's controls. */
  control<T>(method: "DELETE" | "GET" | "POST", path: string, body?: object): Promise<T>;
  /** Sends a form of a hosted page; the answer is not followed. */
  submit(url: string, form: Readonly<Record<string, string>>): Promise<Response>;
  close(): Promise<void>;
}

/** Starts a sandbox with a client that retries nothing by itself. */
export async function startBench(stateFile?: string): Promise<Bench> {
  const sandbox = await startStripeSandbox({
    port: 0,
    secretKey: KEY,
    ...(stateFile === undefined ? {} : { stateFile }),
  });
  const stripe = new Stripe(KEY, {
    host: "127.0.0.1",
    port: sandbox.port,
    protocol: "http",
    telemetry: false,
    maxNetworkRetries: 0,
  });
  return {
    stripe,
    url: sandbox.url,
    control: async <T>(method: "DELETE" | "GET" | "POST", path: string, body?: object) => {
      const response = await fetch(`${sandbox.url}${path}`, {
        method,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      if (!response.ok) throw new Error(`${method} ${path}: ${await response.text()}`);
      return (await response.json()) as T;
    },
    submit: (url, form) => fetch(url, { method: "POST", redirect: "manual", body: new URLSearchParams(form) }),
    close: () => sandbox.close(),
  };
}

/** A Checkout session over 50 dollars. */
export function checkoutParameters(reference = "topup-1"): Stripe.Checkout.SessionCreateParams {
  return {
    mode: "payment",
    client_reference_id: reference,
    success_url: "https://example.com/done?session={CHECKOUT_SESSION_ID}",
    cancel_url: "https://example.com/back",
    line_items: [
      { quantity: 1, price_data: { currency: "usd", unit_amount: 5_000, product_data: { name: "Balance" } } },
    ],
    payment_intent_data: { metadata: { topup: reference } },
  };
}

/** Waits until the condition holds. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 10));
}
