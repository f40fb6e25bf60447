import type { Route } from "./core/call";
import { accountRoutes } from "./resources/accounts";
import { cashBalanceRoutes } from "./resources/cash-balances";
import { checkoutSessionRoutes } from "./resources/checkout-sessions";
import { customerRoutes } from "./resources/customers";
import { disputeRoutes } from "./resources/disputes";
import { paymentIntentRoutes } from "./resources/payment-intents";
import { paymentMethodRoutes } from "./resources/payment-methods";
import { payoutRoutes } from "./resources/payouts";
import { readableRoutes } from "./resources/readable";
import { refundRoutes } from "./resources/refunds";
import { transferReversalRoutes } from "./resources/transfer-reversals";
import { transferRoutes } from "./resources/transfers";
import { webhookEndpointRoutes } from "./resources/webhook-endpoints";

const ROUTES: readonly Route[] = [
  ...accountRoutes,
  ...cashBalanceRoutes,
  ...checkoutSessionRoutes,
  ...customerRoutes,
  ...disputeRoutes,
  ...paymentIntentRoutes,
  ...paymentMethodRoutes,
  ...payoutRoutes,
  ...readableRoutes,
  ...refundRoutes,
  ...transferReversalRoutes,
  ...transferRoutes,
  ...webhookEndpointRoutes,
];

/** Every endpoint of the sandbox by name, such as `POST /v1/customers/:id`. */
export const ENDPOINTS: readonly string[] = ROUTES.map(({ method, path }) => `${method} ${path}`);

const COMPILED = ROUTES.map((route) => ({
  route,
  pattern: new RegExp(`^${route.path.replace(/:\w+/g, "([^/]+)")}$`),
}));

/** The endpoint for a request and what its path names; null if the sandbox has no such endpoint. */
export function routeFor(method: string, path: string): { route: Route; names: readonly string[] } | null {
  for (const { route, pattern } of COMPILED) {
    const match = route.method === method ? pattern.exec(path) : null;
    if (match !== null) return { route, names: match.slice(1).map(decodeURIComponent) };
  }
  return null;
}
