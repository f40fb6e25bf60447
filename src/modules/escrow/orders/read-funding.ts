import { micros, NotFound, requireMember, type Context, type Micros } from "@/kernel";
import { findOwnJob } from "@/modules/jobs";
import type { ChainRail } from "../rail";
import { findCursor, findDepositLog } from "../store/history";
import { findOrderOfJob, latestVoucher, type OrderRecord } from "../store/orders";
import { selectTransactionsOf } from "../store/transactions";
import { ReadFundingInput } from "../inputs";

/** How far a job's deposit is, from nothing signed to money that no fork can take back. */
export type FundingStage = "unpaid" | "signed" | "sent" | "seen" | "safe" | "final" | "credited" | "quarantined";

/** A job's escrow order as its page shows it. */
export interface FundingView {
  readonly stage: FundingStage;
  readonly escrowOrderId: string | null;
  readonly orderId: string | null;
  readonly payer: string | null;
  readonly amountMicros: Micros;
  readonly failure: string | null;
  readonly transactionHash: string | null;
  readonly depositedMicros: Micros;
  readonly releasedMicros: Micros;
  readonly refundedMicros: Micros;
  /** What verified segments cost so far, by the latest voucher. */
  readonly voucherMicros: Micros;
  readonly state: OrderRecord["state"] | null;
}

/** How far the deposit of a job of the actor's organisation is. */
export async function readFunding(ctx: Context, rail: ChainRail, input: ReadFundingInput): Promise<FundingView> {
  requireMember(ctx.actor);
  const { jobId } = ReadFundingInput.parse(input);
  const job = await findOwnJob(ctx, jobId);
  if (job.rail !== "usdc") throw new NotFound("deposit", jobId);
  const tx = ctx.database.reader;
  const order =
    (await findOrderOfJob(tx, jobId, ["funded", "closing", "closed", "quarantined"])) ??
    (await findOrderOfJob(tx, jobId, ["authorised", "prepared"]));
  if (order === null) return unpaid(job.limitMicros);
  const [log, cursor, sent, voucher] = await Promise.all([
    findDepositLog(tx, order.orderId),
    findCursor(tx, rail.id),
    selectTransactionsOf(tx, order.id),
    latestVoucher(tx, order.id),
  ]);
  const relay = sent.find((row) => row.kind === "relay-deposit");
  return {
    stage: stageOf(order, log?.blockNumber ?? null, cursor, relay?.state === "sent"),
    escrowOrderId: order.id,
    orderId: order.orderId,
    payer: order.payer,
    amountMicros: micros(order.amountMicros),
    failure: order.failure,
    transactionHash: log?.transactionHash ?? null,
    depositedMicros: micros(order.depositedMicros),
    releasedMicros: micros(order.releasedMicros),
    refundedMicros: micros(order.refundedMicros),
    voucherMicros: micros(voucher?.cumulativeMicros ?? 0n),
    state: order.state,
  };
}

function stageOf(
  order: OrderRecord,
  block: bigint | null,
  depths: { safeNumber: bigint; finalizedNumber: bigint } | null,
  isSent: boolean,
): FundingStage {
  if (order.state === "quarantined") return "quarantined";
  if (order.depositedMicros > 0n) return "credited";
  if (block !== null && depths !== null) {
    if (block <= depths.finalizedNumber) return "final";
    return block <= depths.safeNumber ? "safe" : "seen";
  }
  if (order.state !== "authorised") return "unpaid";
  return isSent ? "sent" : "signed";
}

function unpaid(limitMicros: bigint): FundingView {
  const none = micros(0n);
  return {
    stage: "unpaid",
    escrowOrderId: null,
    orderId: null,
    payer: null,
    amountMicros: micros(limitMicros),
    failure: null,
    transactionHash: null,
    depositedMicros: none,
    releasedMicros: none,
    refundedMicros: none,
    voucherMicros: none,
    state: null,
  };
}
