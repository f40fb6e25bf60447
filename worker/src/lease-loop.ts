import { setTimeout as sleep } from "node:timers/promises";
import { GatewayError, isRetryable } from "./gateway-error";
import { OperatorError } from "./operator-error";
import { backoffMs, type RetryOptions } from "./retry";
import { runLease, type LeaseContext, type LeaseOutcome } from "./run-lease";

const WAIT_MS = 5_000;
/** A gateway that answers "nothing" at once must not be asked in a tight loop. */
const SHORTEST_ROUND_MS = 250;

export interface LoopOptions extends LeaseContext {
  readonly numericClass: string;
  readonly backoff: Omit<RetryOptions, "attempts">;
  /** Monotonic milliseconds. */
  readonly now: () => number;
  readonly onOutcome?: (outcome: LeaseOutcome) => void;
}

/** Asks for work and runs it, one segment at a time, until `shutdown` aborts. Throws OperatorError when it may never work. */
export async function runLeaseLoop(options: LoopOptions): Promise<void> {
  const { shutdown, log } = options;
  let failures = 0;
  while (!shutdown.aborted) {
    const started = options.now();
    try {
      const { lease } = await options.client.lease({ numericClass: options.numericClass, waitMs: WAIT_MS }, shutdown);
      if (failures > 0) log.info("the gateway answers again", { event: "answering" });
      failures = 0;
      if (lease !== null) {
        const outcome = await runLease(lease, options);
        options.onOutcome?.(outcome);
        // A lease that fails at once would come straight back: breathe before asking again.
        if (outcome === "failed") await pause(options.backoff.firstDelayMs * 4, shutdown);
      }
    } catch (error) {
      if (shutdown.aborted) return;
      if (isHopeless(error)) throw asOperatorError(error);
      failures++;
      const reason = error instanceof Error ? error.message : String(error);
      if (failures === 1)
        log.warn(`no work can be had now (${reason}); asking again until it can`, { event: "waiting" });
      await pause(backoffMs(failures, options.backoff), shutdown);
    }
    await pause(SHORTEST_ROUND_MS - (options.now() - started), shutdown);
  }
}

async function pause(durationMs: number, signal: AbortSignal): Promise<void> {
  if (durationMs <= 0 || signal.aborted) return;
  await sleep(durationMs, undefined, { signal }).catch(() => undefined);
}

/** A refusal of this machine itself, or a fault of this program: asking again cannot help. */
function isHopeless(error: unknown): boolean {
  if (error instanceof GatewayError) return error.status === 401 || error.status === 403;
  return !isRetryable(error);
}

function asOperatorError(error: unknown): unknown {
  if (!(error instanceof GatewayError)) return error;
  const request = error.requestId === "" ? "" : ` (request ${error.requestId})`;
  return new OperatorError(`The gateway refuses this machine: ${error.message} [${error.code}]${request}`, {
    cause: error,
  });
}
