import {
  failpoint,
  floorToCents,
  formatUsd,
  micros,
  newId,
  record,
  requireRole,
  sumMicros,
  toCents,
  type Context,
  type Micros,
  type Tx,
} from "@/kernel";
import { lockRefundableLots, openRefund } from "@/modules/ledger";
import { NotEnough, RailClosed } from "./errors";
import { RequestRefundInput } from "./inputs";
import { queueCall } from "./queue-call";
import type { Rails } from "./rails";
import { findDeposit } from "./store/deposits";
import { insertRefund, selectRefundsByKey } from "./store/refunds";

/** One deposit's part of a refund. */
interface Part {
  readonly depositId: string;
  readonly paymentIntent: string;
  readonly amount: Micros;
}

/**
 * Sends unspent money back to the cards and accounts it came from, youngest deposit first. What is held for jobs stays;
 * demo money has no source to go back to. Idempotent on the key.
 */
export async function requestRefund(
  ctx: Context,
  rails: Rails,
  input: RequestRefundInput,
): Promise<{ refundIds: string[] }> {
  const actor = requireRole(ctx.actor, "finance");
  const { amountMicros, reason, idempotencyKey } = RequestRefundInput.parse(input);
  if (rails.stripe === null) throw new RailClosed();
  const { organisationId } = actor;
  const nowMs = ctx.clock.now().getTime();
  return ctx.database.transaction(async (tx) => {
    const parts = await splitOverLots(tx, organisationId, micros(amountMicros), idempotencyKey);
    if (parts === "known") {
      const known = await selectRefundsByKey(tx, organisationId, idempotencyKey);
      return { refundIds: known.map((refund) => refund.id) };
    }
    const refundIds: string[] = [];
    for (const { depositId, paymentIntent, amount } of parts) {
      const refundId = newId("refund", nowMs);
      const row = { id: refundId, organisationId, depositId, amountMicros: amount, reason, idempotencyKey };
      await insertRefund(tx, { ...row, createdBy: actor.userId, createdAt: ctx.clock.now() });
      await openRefund(tx, { refundId, organisationId, depositId, amount });
      failpoint("refund-opened");
      await queueCall(tx, {
        kind: "refund",
        reference: refundId,
        request: { cents: toCents(amount), paymentIntent, metadata: { refundId, organisationId } },
        nowMs,
      });
      await record(tx, actor, {
        action: "payments.refund-requested",
        target: refundId,
        details: { depositId, amountMicros: String(amount), reason },
      });
      refundIds.push(refundId);
    }
    failpoint("refund-queued");
    return { refundIds };
  });
}

/** Which lots give how much, under their locks; "known" when the key was used already. */
async function splitOverLots(
  tx: Tx,
  organisationId: string,
  amount: Micros,
  idempotencyKey: string,
): Promise<Part[] | "known"> {
  const lots = await lockRefundableLots(tx, organisationId);
  if ((await selectRefundsByKey(tx, organisationId, idempotencyKey)).length > 0) return "known";
  const parts: Part[] = [];
  let rest: bigint = amount;
  const refundable: Micros[] = [];
  for (const lot of lots) {
    const deposit = await findDeposit(tx, lot.depositId);
    const most = floorToCents(lot.amount);
    if (deposit === null || deposit.source === null || most === 0n) continue;
    refundable.push(most);
    const part = micros(most < rest ? most : rest);
    if (part > 0n) parts.push({ depositId: deposit.id, paymentIntent: deposit.source, amount: part });
    rest -= part;
  }
  if (rest > 0n) {
    const most = sumMicros(refundable);
    throw new NotEnough(
      `At most ${formatUsd(most)} can go back to where it came from: the rest is spent, held for jobs, or demo money. Ask for that, or cancel jobs first.`,
      { refundableMicros: String(most), requestedMicros: String(amount) },
    );
  }
  return parts;
}
