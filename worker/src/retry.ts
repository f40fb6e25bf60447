import { setTimeout as sleep } from "node:timers/promises";
import { GatewayError, isRetryable } from "./gateway-error";

/** Runs an attempt until it succeeds, fails for good, or the patience is used up. */
export type Retry = <T>(attempt: () => Promise<T>, signal?: AbortSignal) => Promise<T>;

export interface RetryOptions {
  readonly attempts: number;
  readonly firstDelayMs: number;
  readonly longestDelayMs: number;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

/** Delay before attempt n + 1: full jitter over a doubling window, so that a restarted gateway is not stampeded. */
export function backoffMs(failures: number, options: Omit<RetryOptions, "attempts">): number {
  const window = Math.min(options.longestDelayMs, options.firstDelayMs * 2 ** Math.min(failures - 1, 20));
  return window / 2 + (window / 2) * options.random();
}

/** Retries what may pass, and honours Retry-After. */
export function createRetry(options: RetryOptions): Retry {
  return async (attempt, signal) => {
    for (let failures = 1; ; failures++) {
      try {
        return await attempt();
      } catch (error) {
        if (failures >= options.attempts || !isRetryable(error)) throw error;
        const asked = error instanceof GatewayError ? error.retryAfterMs : 0;
        await sleep(Math.max(asked, backoffMs(failures, options)), undefined, signal === undefined ? {} : { signal });
      }
    }
  };
}
