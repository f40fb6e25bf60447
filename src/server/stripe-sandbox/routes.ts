import type { Route } from "./core/call";
import { checkoutSessionRoutes } from "./resources/checkout-sessions";
import { customerRoutes } from "./resources/customers";
import { paymentIntentRoutes } from "./resources/payment-intents";
import { readableRoutes } from "./resources/readable";
import { webhookEndpointRoutes } from "./resources/webhook-endpoints";

const ROUTES: readonly Route[] = [
  ...checkoutSessionRoutes,
  ...customerRoutes,
  ...paymentIntentRoutes,
  ...readableRoutes,
  ...webhookEndpointRoutes,
];

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
