import type { ChainPolicy } from "../rail";
import type { OrderRecord, VoucherRecord } from "../store/orders";

/** What an order needs from the chain next. */
export interface OrderStep {
  readonly kind: "wait" | "release" | "cancel" | "close";
  /** Money is earned, not released, and the time for it runs out. */
  readonly deadlineIsNear: boolean;
}

/**
 * Decides what an order needs next. While its job runs, a voucher is brought once it is worth its gas or its time runs out;
 * when the job has ended, first the last voucher, then what is left goes back to the payer, then it is closed.
 */
export function decideOrderStep(
  order: Pick<OrderRecord, "state" | "depositedMicros" | "releasedMicros" | "refundedMicros" | "graceUntil">,
  voucher: Pick<VoucherRecord, "cumulativeMicros" | "signature"> | null,
  now: { nowMs: number; policy: Pick<ChainPolicy, "releaseAboveMicros" | "deadlineAlarmMs"> },
): OrderStep {
  const { depositedMicros, releasedMicros, refundedMicros } = order;
  const left = depositedMicros - releasedMicros - refundedMicros;
  const owed = voucher === null ? 0n : voucher.cumulativeMicros - releasedMicros;
  const unreleased = owed > left ? left : owed;
  const deadlineIsNear = unreleased > 0n && order.graceUntil.getTime() - now.nowMs < now.policy.deadlineAlarmMs;
  const wait = { kind: "wait", deadlineIsNear } as const;
  if (unreleased > 0n) {
    if (voucher?.signature === null || unreleased < owed) return wait;
    const worthIt = unreleased > now.policy.releaseAboveMicros || order.state === "closing" || deadlineIsNear;
    return worthIt ? { kind: "release", deadlineIsNear } : wait;
  }
  if (order.state !== "closing") return wait;
  return { kind: left > 0n ? "cancel" : "close", deadlineIsNear };
}
