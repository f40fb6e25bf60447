import { assert, enqueue, micros, record, type Context, type Tx } from "@/kernel";
import { lockJob, type JobRecord } from "@/modules/jobs";
import { postEscrowDeposit, type DepositOwner } from "@/modules/ledger";
import { addressOf } from "../chain/address";
import { openIncident } from "../incidents";
import type { ChainRail } from "../rail";
import type { LogRecord } from "../store/history";
import { findOrderByChainId, findOrderOfJob, lockOrder, updateOrder, type OrderRecord } from "../store/orders";
import { screenAddress } from "../wallets/screen-address";
import type { ScreeningVerdict } from "../wallets/screening";

/** What the screening says of whoever pays a deposit; money of an order that is not ours is not screened. */
export async function screenDeposit(ctx: Context, rail: ChainRail, log: LogRecord): Promise<ScreeningVerdict> {
  const order = log.orderId === null ? null : await findOrderByChainId(ctx.database.reader, log.orderId);
  return order === null ? "allow" : screenAddress(ctx, rail, addressOf(order.payer), "deposit");
}

/**
 * Books a deposit to whom it belongs: to the hold of the job that waits for it, whose start is queued with it; back to the payer
 * when nothing waits for it; into quarantine when a screening does not let the payer pay; and to nobody when the order is none of ours.
 */
export async function applyDeposit(
  ctx: Context,
  tx: Tx,
  rail: ChainRail,
  log: LogRecord,
  verdict: ScreeningVerdict,
): Promise<void> {
  const { orderId, amountMicros } = log;
  assert(orderId !== null && amountMicros !== null, "a deposit names its order and amount");
  const total = BigInt(String((log.data as { total: string }).total));
  const found = await findOrderByChainId(tx, orderId);
  const job = found === null ? null : await lockJob(tx, found.jobId);
  const order = found === null ? null : await lockOrder(tx, found.id);
  // Totals only grow: what the order counts already was booked, from whichever block it was.
  if (order !== null && total <= order.depositedMicros) return;
  const funded = found === null ? null : await findOrderOfJob(tx, found.jobId, ["funded"]);
  const owner = decideOwner(orderId, order, job, { verdict, jobIsFunded: funded !== null });
  const { chainId, escrow: contract } = rail;
  await postEscrowDeposit(tx, { chainId, contract, orderId, total, amount: micros(amountMicros), owner });
  if (order === null) {
    await openIncident(ctx, tx, {
      kind: "unknown-order",
      reference: orderId,
      detail: `The contract was paid for order ${orderId}, which nobody here prepared. Its payer can have it cancelled.`,
      amountMicros,
    });
    return;
  }
  await updateOrder(tx, order.id, {
    depositedMicros: order.depositedMicros + amountMicros,
    ...nextState(ctx, order, owner),
  });
  if (owner.kind === "quarantine")
    await openIncident(ctx, tx, {
      kind: "quarantined-deposit",
      reference: orderId,
      detail: `The payer ${order.payer} of order ${orderId} is on a screening list (${verdict}). The money stays until a person has decided.`,
      amountMicros,
    });
  if (owner.kind === "hold") await enqueue(tx, "start-funded-job", { jobId: order.jobId }, `start-job:${order.jobId}`);
  await record(tx, ctx.actor, {
    action: `escrow.deposit-${owner.kind}`,
    target: order.jobId,
    organisationId: order.organisationId,
    details: { orderId, amountMicros: String(amountMicros), block: String(log.blockNumber) },
  });
}

/** Whom a deposit belongs to. */
export function decideOwner(
  orderId: string,
  order: OrderRecord | null,
  job: Pick<JobRecord, "state" | "endedAt"> | null,
  facts: { verdict: ScreeningVerdict; jobIsFunded: boolean },
): DepositOwner {
  if (order === null) return { kind: "unallocated", place: `escrow:${orderId}` };
  const { jobId, organisationId, id: escrowOrderId } = order;
  if (facts.verdict !== "allow" || order.state === "quarantined") return { kind: "quarantine", address: order.payer };
  const firstOfJob = job?.state === "awaiting_funds" && !facts.jobIsFunded && order.depositedMicros === 0n;
  const more = order.state === "funded" && job !== null && job.endedAt === null;
  if (firstOfJob || more) return { kind: "hold", jobId, organisationId };
  return { kind: "refund", escrowOrderId, organisationId };
}

function nextState(ctx: Context, order: OrderRecord, owner: DepositOwner) {
  if (owner.kind === "quarantine") return { state: "quarantined" as const };
  if (owner.kind === "refund") return { state: "closing" as const, closedAt: null };
  return order.state === "funded" ? {} : { state: "funded" as const, fundedAt: ctx.clock.now(), failure: null };
}
