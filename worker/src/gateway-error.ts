/** A refusal by the gateway: `code` is stable, `message` is for people. */
export class GatewayError extends Error {
  override name = "GatewayError";
  readonly requestId: string;
  readonly retryAfterMs: number;

  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    details: { requestId?: string; retryAfterMs?: number } = {},
  ) {
    super(message);
    this.requestId = details.requestId ?? "";
    this.retryAfterMs = details.retryAfterMs ?? 0;
  }
}

/** No usable answer came: connection refused, timed out, broken off. */
export class UnreachableError extends Error {
  override name = "UnreachableError";
}

/** The lease went to a newer holder: whatever was done under it must be dropped. */
export function isFenced(error: unknown): boolean {
  return error instanceof GatewayError && error.code === "lease/fenced";
}

/** Network trouble, overload and server faults may pass; every other refusal stays. */
export function isRetryable(error: unknown): boolean {
  if (error instanceof UnreachableError) return true;
  return error instanceof GatewayError && (error.status >= 500 || error.status === 429);
}
