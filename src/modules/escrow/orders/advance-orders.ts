import { encodeFunctionData, type PublicClient } from "viem";
import { requireSystem, type Context } from "@/kernel";
import { addressOf, hexOf, type Hex } from "../chain/address";
import { termsOf } from "../chain/terms";
import { trainyardEscrowAbi } from "../contract/trainyard-escrow";
import { openIncident, resolveIncident } from "../incidents";
import type { ChainRail } from "../rail";
import { queueTransaction } from "../send/queue-transaction";
import { revertReason } from "../send/revert-reason";
import {
  latestVoucher,
  lockOrder,
  selectOrdersIn,
  updateOrder,
  type OrderRecord,
  type VoucherRecord,
} from "../store/orders";
import { hasLiveTransaction } from "../store/transactions";
import { decideOrderStep, type OrderStep } from "./decide-order-step";

/**
 * Task: looks at every order the contract holds money for and queues what it needs next: the latest voucher when it is worth
 * its gas or the order ends, and the end itself. It only compares what is owed with what the chain says, so it may run at
 * any time and any number of times.
 */
export async function advanceOrders(ctx: Context, rail: ChainRail, node: PublicClient): Promise<void> {
  requireSystem(ctx.actor);
  for (const order of await selectOrdersIn(ctx.database.reader, ["funded", "closing"])) {
    const voucher = await latestVoucher(ctx.database.reader, order.id);
    const step = decideOrderStep(order, voucher, { nowMs: ctx.clock.now().getTime(), policy: rail.policy });
    await watchDeadline(ctx, order, step);
    if (step.kind === "close") await close(ctx, order);
    else if (step.kind !== "wait") await queueStep(ctx, rail, node, order, voucher, step.kind);
  }
}

/** Earned money that is not on chain while its last day comes near is a person's business. */
async function watchDeadline(ctx: Context, order: OrderRecord, step: OrderStep): Promise<void> {
  await ctx.database.transaction(async (tx) => {
    if (!step.deadlineIsNear) return resolveIncident(ctx, tx, "deadline-near", order.orderId);
    const detail = `Order ${order.orderId} of job ${order.jobId} has earned more than was released, and its last second is ${order.graceUntil.toISOString()}.`;
    return openIncident(ctx, tx, { kind: "deadline-near", reference: order.orderId, detail });
  });
}

async function close(ctx: Context, order: OrderRecord): Promise<void> {
  await ctx.database.transaction(async (tx) => {
    const locked = await lockOrder(tx, order.id);
    if (locked?.state !== "closing" || locked.depositedMicros !== order.depositedMicros) return;
    await updateOrder(tx, order.id, { state: "closed", closedAt: ctx.clock.now() });
  });
}

async function queueStep(
  ctx: Context,
  rail: ChainRail,
  node: PublicClient,
  order: OrderRecord,
  voucher: VoucherRecord | null,
  kind: "release" | "cancel",
): Promise<void> {
  if (await hasLiveTransaction(ctx.database.reader, kind, order.id)) return;
  const data = kind === "cancel" ? cancelData(order) : releaseData(order, voucher);
  // The rate cap, a freeze, or what the chain did meanwhile may stand against it for now.
  if (!(await wouldSucceed(rail, node, data))) return;
  await ctx.database.transaction((tx) =>
    queueTransaction(ctx, tx, rail, {
      kind,
      reference: order.id,
      to: rail.escrow,
      data,
      ...(kind === "release" ? { deadline: order.graceUntil } : {}),
    }),
  );
}

function cancelData(order: OrderRecord): Hex {
  return encodeFunctionData({ abi: trainyardEscrowAbi, functionName: "cancel", args: [termsOf(order.terms)] });
}

function releaseData(order: OrderRecord, voucher: VoucherRecord | null): Hex {
  if (voucher === null || voucher.signature === null) throw new Error("a release needs a signed voucher");
  const { cumulativeMicros, segmentIndex, evidenceRoot, signature } = voucher;
  return encodeFunctionData({
    abi: trainyardEscrowAbi,
    functionName: "release",
    args: [termsOf(order.terms), cumulativeMicros, segmentIndex, hexOf(evidenceRoot), hexOf(signature)],
  });
}

async function wouldSucceed(rail: ChainRail, node: PublicClient, data: Hex): Promise<boolean> {
  try {
    await node.call({ account: addressOf(rail.treasury.address), to: rail.escrow, data });
    return true;
  } catch (error) {
    if (revertReason(error) === null) throw error;
    return false;
  }
}
