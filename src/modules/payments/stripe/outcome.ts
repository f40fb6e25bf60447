import Stripe from "stripe";

/**
 * What an error says about a call. `refused`: Stripe has decided against it, nothing happened and asking again changes
 * nothing. `blocked`: the key was used with another body, which a person must look at. `unknown`: it may or may not have
 * happened, so the same call is sent again.
 * Source: https://docs.stripe.com/error-low-level
 */
export type Outcome =
  | { readonly kind: "refused"; readonly code: string; readonly message: string; readonly objectId: string | null }
  | { readonly kind: "blocked"; readonly message: string }
  | { readonly kind: "unknown" };

export function outcomeOf(error: unknown): Outcome {
  if (error instanceof Stripe.errors.StripeIdempotencyError) return { kind: "blocked", message: error.message };
  if (error instanceof Stripe.errors.StripeCardError)
    return {
      kind: "refused",
      code: error.decline_code ?? error.code ?? "card_error",
      message: error.message,
      objectId: error.payment_intent?.id ?? null,
    };
  if (error instanceof Stripe.errors.StripeInvalidRequestError && error.statusCode !== 409 && error.statusCode !== 429)
    return { kind: "refused", code: error.code ?? "invalid_request", message: error.message, objectId: null };
  return { kind: "unknown" };
}
