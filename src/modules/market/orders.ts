import type { EngineKind } from "@trainyard/protocol";
import { newId, type Micros, type Tx } from "@/kernel";
import * as store from "./store";

/** Puts a job's order on the market. The caller holds the money already. */
export async function placeOrder(
  tx: Tx,
  order: {
    jobId: string;
    organisationId: string;
    limitMicros: Micros;
    segmentCount: number;
    flopsPerSegment: number;
    memoryBytes: bigint;
    engine: EngineKind;
    nowMs: number;
  },
): Promise<void> {
  const { nowMs, ...columns } = order;
  await store.insertOrder(tx, { id: newId("order", nowMs), ...columns });
}

/** Ends the order's match and opens it again for what is left, if wanted without the machine that failed it. */
export async function reopenOrder(
  tx: Tx,
  r: { jobId: string; reason: string; remainingSegments: number; remainingMicros: Micros; excludeMachineId?: string },
): Promise<void> {
  await store.endActiveMatch(tx, r.jobId, r.reason);
  await store.updateOrder(tx, r.jobId, {
    state: "open",
    segmentCount: r.remainingSegments,
    limitMicros: r.remainingMicros,
    ...(r.excludeMachineId === undefined ? {} : { excludedMachines: { push: r.excludeMachineId } }),
  });
}

/** Takes an order off the market for good and ends its match. */
export async function closeOrder(
  tx: Tx,
  c: { jobId: string; state: "filled" | "cancelled"; reason: string },
): Promise<void> {
  await store.endActiveMatch(tx, c.jobId, c.reason);
  await store.updateOrder(tx, c.jobId, { state: c.state });
}
