import Stripe from "stripe";

/** Stripe as this installation reaches it. */
export interface StripeRail {
  readonly client: Stripe;
  /** One a webhook endpoint; none where no webhooks are expected, since the reconciler finds everything by itself. */
  readonly webhookSecrets: readonly string[];
}

const TIMEOUT_MS = 20_000;

/** Opens Stripe, or a server that speaks like it where `apiUrl` is given. The outbox retries, so the SDK does not. */
export function openStripe(s: {
  secretKey: string;
  webhookSecrets: readonly string[];
  apiUrl: string | null;
}): StripeRail {
  const url = s.apiUrl === null ? null : new URL(s.apiUrl);
  const client = new Stripe(s.secretKey, {
    maxNetworkRetries: 0,
    timeout: TIMEOUT_MS,
    telemetry: false,
    appInfo: { name: "Trainyard" },
    ...(url === null
      ? {}
      : {
          host: url.hostname,
          port: url.port === "" ? 443 : url.port,
          protocol: url.protocol === "http:" ? ("http" as const) : ("https" as const),
        }),
  });
  return { client, webhookSecrets: s.webhookSecrets };
}
