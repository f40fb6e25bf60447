import type Stripe from "stripe";
import { enqueue, failpoint, fromCents, record, type Context, type Tx } from "@/kernel";
import { postDisputeMovement, recoverFromLot, writeOffDispute, type DisputePosting } from "@/modules/ledger";
import type { Rails } from "../rails";
import { findDepositBySource } from "../store/deposits";
import { countOpenDisputes, lockDispute, updateDispute, upsertDispute, type DisputeRecord } from "../store/disputes";
import { lockProfile, updateProfile } from "../store/profiles";

const RAILS = ["card", "ach", "bank_transfer"] as const;
const CLOSED: readonly Stripe.Dispute.Status[] = ["won", "lost", "warning_closed"];

/**
 * Reads a dispute from Stripe and books it by what Stripe's own balance shows: each withdrawal and reinstatement once. While
 * it is open its organisation posts no job, and what was withdrawn is taken from the lot that the disputed payment made.
 * Whatever lies in holds is fetched by the `recover-dispute` task, which may end jobs. An inquiry (`warning_…`) moves no
 * money and stops nothing until it is escalated.
 */
export async function syncDispute(ctx: Context, rails: Rails, disputeId: string): Promise<void> {
  if (rails.stripe === null) return;
  const seen = await rails.stripe.client.disputes.retrieve(disputeId);
  failpoint("dispute-read");
  const intent = typeof seen.payment_intent === "string" ? seen.payment_intent : seen.payment_intent?.id;
  if (intent === undefined) return;
  await ctx.database.transaction(async (tx) => {
    const dispute = await noteDispute(tx, seen, intent);
    if (dispute === null) return;
    const posting = { disputeId: dispute.id, organisationId: dispute.organisationId, depositId: dispute.depositId };
    for (const movement of seen.balance_transactions)
      await postDisputeMovement(tx, {
        ...posting,
        balanceTransactionId: movement.id,
        amount: fromCents(movement.amount),
        fee: fromCents(movement.fee),
      });
    await bookStatus(ctx, tx, dispute, posting, seen);
    failpoint("dispute-booked");
  });
}

/** The dispute's row, made when it is first heard of, under its organisation's lock. Null when its payment is none of ours. */
async function noteDispute(tx: Tx, seen: Stripe.Dispute, intent: string): Promise<DisputeRecord | null> {
  for (const rail of RAILS) {
    const deposit = await findDepositBySource(tx, rail, intent);
    if (deposit === null) continue;
    await lockProfile(tx, deposit.organisationId);
    const dueBy = seen.evidence_details.due_by;
    await upsertDispute(tx, {
      id: seen.id,
      organisationId: deposit.organisationId,
      depositId: deposit.id,
      amountMicros: fromCents(seen.amount),
      status: "",
      reason: seen.reason,
      openedAt: new Date(seen.created * 1000),
      evidenceDueAt: dueBy === null ? null : new Date(dueBy * 1000),
    });
  }
  return lockDispute(tx, seen.id);
}

async function bookStatus(
  ctx: Context,
  tx: Tx,
  dispute: DisputeRecord,
  posting: DisputePosting,
  seen: Stripe.Dispute,
): Promise<void> {
  const { organisationId } = dispute;
  const step = `${seen.balance_transactions.length}:${dispute.recoveredMicros}`;
  const given = await recoverFromLot(tx, { ...posting, step });
  const recoveredMicros = dispute.recoveredMicros + given;
  const closed = CLOSED.includes(seen.status);
  const loss = seen.status === "lost" ? await writeOffDispute(tx, posting) : 0n;
  await updateDispute(tx, dispute.id, {
    status: seen.status,
    evidenceDueAt: seen.evidence_details.due_by === null ? null : new Date(seen.evidence_details.due_by * 1000),
    recoveredMicros: recoveredMicros < 0n ? 0n : recoveredMicros,
    lossMicros: dispute.lossMicros + loss,
    closedAt: closed ? (dispute.closedAt ?? ctx.clock.now()) : null,
  });
  const open = await countOpenDisputes(tx, organisationId);
  await updateProfile(
    tx,
    organisationId,
    open === 0
      ? { frozenAt: null, frozenReason: null }
      : { frozenAt: ctx.clock.now(), frozenReason: `A payer disputes a payment (${dispute.id}).` },
  );
  if (dispute.status !== seen.status)
    await record(tx, ctx.actor, {
      action: `payments.dispute-${seen.status.replaceAll("_", "-")}`,
      target: dispute.id,
      organisationId,
      details: { amountMicros: String(dispute.amountMicros), before: dispute.status },
    });
  if (!closed) await enqueue(tx, "recover-dispute", { disputeId: dispute.id }, `recover-dispute:${dispute.id}`);
}
