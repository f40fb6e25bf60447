import type { IncomingMessage } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { Lease, LeaseRequest } from "@trainyard/protocol";
import type { Context } from "@/kernel";
import { leaseWork } from "@/modules/settlement";

/** How often a waiting worker is looked at. Bounds the delay between a match or audit and its lease. */
const LOOK_EVERY_MS = 200;

/** Holds a worker's question until there is work, its patience ends or it hangs up. */
export async function waitForLease(
  ctx: Context,
  request: IncomingMessage,
  ask: LeaseRequest,
  leaseMs: number,
): Promise<Lease | null> {
  const looks = Math.max(1, Math.ceil(ask.waitMs / LOOK_EVERY_MS));
  for (let look = 0; look < looks; look++) {
    if (look > 0) await sleep(LOOK_EVERY_MS);
    if (request.socket.destroyed) return null;
    const lease = await leaseWork(ctx, { request: ask, leaseMs });
    if (lease !== null) return lease;
  }
  return null;
}
