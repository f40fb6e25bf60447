/** The `error` object of a Stripe response. */
export interface FailureBody {
  readonly type: "api_error" | "card_error" | "idempotency_error" | "invalid_request_error";
  readonly message: string;
  readonly code?: string;
  readonly decline_code?: string;
  readonly param?: string;
  readonly payment_intent?: object;
}

/** A refusal in Stripe's own shape: the HTTP status and what stands under `error`. */
export class StripeFailure extends Error {
  override name = "StripeFailure";

  constructor(
    readonly status: number,
    readonly body: FailureBody,
  ) {
    super(body.message);
  }
}

/** 400: the request is understood and refused. */
export function invalid(message: string, code?: string, param?: string): StripeFailure {
  return new StripeFailure(400, {
    type: "invalid_request_error",
    message,
    ...(code === undefined ? {} : { code }),
    ...(param === undefined ? {} : { param }),
  });
}

/** 404: no object of that kind has that id in this account. */
export function missing(kind: string, id: string, param = "id"): StripeFailure {
  return new StripeFailure(404, {
    type: "invalid_request_error",
    code: "resource_missing",
    message: `No such ${kind}: '${id}'`,
    param,
  });
}

/** 429: too many requests at once; nothing was carried out and the idempotency key is not used up. */
export function tooMany(): StripeFailure {
  return new StripeFailure(429, {
    type: "invalid_request_error",
    code: "rate_limit",
    message: "Request rate limit exceeded. Try again later (chaos).",
  });
}

/** 501: Stripe may know this; the sandbox does not, and says so instead of guessing. */
export function notImplemented(what: string): StripeFailure {
  return new StripeFailure(501, {
    type: "api_error",
    code: "sandbox_not_implemented",
    message: `The Stripe sandbox does not implement ${what}. Add it before relying on it.`,
  });
}
