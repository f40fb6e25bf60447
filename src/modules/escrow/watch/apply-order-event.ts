import { assert, enqueue, micros, type Context, type Tx } from "@/kernel";
import { lockJob } from "@/modules/jobs";
import { postEscrowRefund } from "@/modules/ledger";
import { openIncident } from "../incidents";
import type { ChainRail } from "../rail";
import type { LogRecord } from "../store/history";
import { findOrderByChainId, lockOrder, updateOrder, type OrderRecord } from "../store/orders";

/** The treasury may claim more of an order. */
export async function applyReleased(tx: Tx, log: LogRecord): Promise<void> {
  const order = await lockOrderOf(tx, log);
  if (order === null) return;
  assert(log.amountMicros !== null, "a release names its amount");
  if (log.amountMicros > order.releasedMicros) await updateOrder(tx, order.id, { releasedMicros: log.amountMicros });
}

/**
 * What was unreleased is the payer's to claim: given back by us, taken after the deadline, or split by the arbiter. A job that
 * still runs on it ends.
 */
export async function applyTakenBack(ctx: Context, tx: Tx, rail: ChainRail, log: LogRecord): Promise<void> {
  const order = await lockOrderOf(tx, log);
  if (order === null) return;
  const { toPayer, toPayee = "0" } = log.data as { toPayer: string; toPayee?: string };
  const amount = micros(BigInt(toPayer));
  const { jobId, organisationId, id: escrowOrderId } = order;
  const event = `${rail.chainId}:${log.transactionHash}:${order.orderId}:${log.event}`;
  const { lost } = await postEscrowRefund(tx, {
    event,
    contract: rail.escrow,
    jobId,
    organisationId,
    escrowOrderId,
    amount,
  });
  await updateOrder(tx, order.id, {
    refundedMicros: order.refundedMicros + amount,
    releasedMicros: order.releasedMicros + BigInt(toPayee),
  });
  if (order.state === "funded") await enqueue(tx, "end-unfunded-job", { jobId }, `end-job:${jobId}`);
  if (log.event !== "Cancelled" || lost > 0n)
    await openIncident(ctx, tx, {
      kind: "order-taken-back",
      reference: order.orderId,
      detail: `Order ${order.orderId} of job ${jobId} was ${log.event.toLowerCase()} on chain: ${toPayer} micro-USDC to its payer, ${lost} of it paid for verified work.`,
      amountMicros: lost,
    });
}

/** The payer has called the arbiter: no voucher counts until he has answered or is late. */
export async function applyFrozen(ctx: Context, tx: Tx, log: LogRecord): Promise<void> {
  const order = await lockOrderOf(tx, log);
  if (order === null) return;
  await openIncident(ctx, tx, {
    kind: "frozen-order",
    reference: order.orderId,
    detail: `The payer froze order ${order.orderId} of job ${order.jobId}. Vouchers wait for the arbiter.`,
  });
}

/** The order an event is of, locked after its job; null when it is none of ours. */
async function lockOrderOf(tx: Tx, log: LogRecord): Promise<OrderRecord | null> {
  const found = log.orderId === null ? null : await findOrderByChainId(tx, log.orderId);
  if (found === null) return null;
  await lockJob(tx, found.jobId);
  return lockOrder(tx, found.id);
}
