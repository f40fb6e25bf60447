import type { Lease } from "@trainyard/protocol";
import type { GatewayClient } from "./client";
import { isFenced } from "./gateway-error";

/** Heartbeats carry at most this many losses; the commit carries all of them anyway. */
const LOSSES_PER_HEARTBEAT_MAX = 50_000;

/** Raised through `signal` when the gateway gave the work to a newer holder. */
export class FencedError extends Error {
  override name = "FencedError";
}

/**
 * Keeps one lease while its segment runs elsewhere, and streams losses with the heartbeats. A heartbeat that gets no
 * answer does not end the work: until a newer token exists the result still counts, and when one does the gateway
 * says so, which is what aborts `signal`.
 */
export class LeaseKeeper {
  private readonly aborted = new AbortController();
  private losses: Uint8Array[] = [];
  private collected = 0;
  private acknowledged = 0;
  private timer: NodeJS.Timeout | undefined;
  private inFlight: Promise<void> = Promise.resolve();
  private stopped = false;

  constructor(
    private readonly client: GatewayClient,
    private readonly lease: Lease,
  ) {
    this.schedule();
  }

  /** Aborts with FencedError. */
  get signal(): AbortSignal {
    return this.aborted.signal;
  }

  /** Steps whose losses have arrived from the sandbox. */
  get stepsDone(): number {
    return this.collected;
  }

  /** Adds the losses (float32, little-endian) of the next steps. */
  add(losses: Uint8Array): void {
    this.losses.push(losses);
    this.collected += losses.byteLength / 4;
  }

  /** Ends the heartbeats; resolves when none is on its way. */
  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.inFlight;
  }

  private schedule(): void {
    if (this.stopped) return;
    this.timer = setTimeout(() => {
      this.inFlight = this.beat().finally(() => this.schedule());
    }, this.lease.heartbeatEveryMs);
  }

  private async beat(): Promise<void> {
    const { leaseId, token, heartbeatEveryMs } = this.lease;
    const all = Buffer.concat(this.losses);
    const fresh = all.subarray(this.acknowledged * 4, (this.acknowledged + LOSSES_PER_HEARTBEAT_MAX) * 4);
    const request = {
      token,
      stepsDone: this.collected,
      lossesFrom: this.acknowledged,
      losses: fresh.toString("base64"),
    };
    this.losses = [all];
    try {
      await this.client.heartbeat(leaseId, request, Math.max(1_000, heartbeatEveryMs));
      this.acknowledged += fresh.byteLength / 4;
    } catch (error) {
      if (isFenced(error)) this.aborted.abort(new FencedError("The lease went to another machine.", { cause: error }));
    }
  }
}
