import { assert, micros, record, type Context, type MemberActor, type Tx } from "@/kernel";
import { EvidenceRefused, RailClosed } from "./errors";
import { evidenceFields, type DisputeEvidence } from "./evidence-text";
import { queueCall } from "./queue-call";
import type { Rails } from "./rails";
import { findDeposit } from "./store/deposits";
import { lockDispute, updateDispute, type DisputeRecord } from "./store/disputes";

const ANSWERABLE: readonly string[] = ["needs_response", "warning_needs_response"];

/** Whose money a dispute is about, and since when that money could be spent; null if there is no such dispute. Locks it. */
export async function lockDisputedDeposit(
  tx: Tx,
  disputeId: string,
): Promise<{ organisationId: string; depositedAt: Date } | null> {
  const dispute = await lockDispute(tx, disputeId);
  if (dispute === null) return null;
  const deposit = await findDeposit(tx, dispute.depositId);
  assert(deposit !== null, "a dispute is over a deposit");
  return { organisationId: dispute.organisationId, depositedAt: deposit.createdAt };
}

/**
 * Queues the evidence of a dispute to Stripe, which passes it on to the bank: once, since a bank reads one answer only. The
 * caller holds the dispute's lock and has checked the actor.
 */
export async function queueEvidence(
  ctx: Context,
  tx: Tx,
  rails: Rails,
  given: { actor: MemberActor; disputeId: string; evidence: DisputeEvidence },
): Promise<void> {
  if (rails.stripe === null) throw new RailClosed();
  const { actor, disputeId, evidence } = given;
  const dispute = await lockDispute(tx, disputeId);
  assert(dispute !== null, "the caller has locked it");
  requireAnswerable(dispute, ctx.clock.now());
  const deposit = await findDeposit(tx, dispute.depositId);
  assert(deposit !== null, "a dispute is over a deposit");
  const fields = evidenceFields(evidence, { micros: micros(deposit.amountMicros), at: deposit.createdAt });
  const now = ctx.clock.now();
  await updateDispute(tx, disputeId, { evidenceSentAt: now });
  await queueCall(tx, {
    kind: "dispute-evidence",
    reference: disputeId,
    request: { dispute: disputeId, evidence: { ...fields } },
    nowMs: now.getTime(),
  });
  await record(tx, actor, {
    action: "payments.evidence-queued",
    target: disputeId,
    details: { jobs: evidence.jobs.length, of: dispute.organisationId },
  });
}

function requireAnswerable(dispute: DisputeRecord, now: Date): void {
  if (dispute.evidenceSentAt !== null)
    throw new EvidenceRefused("The evidence is sent already, and a bank reads one answer only. Wait for its decision.");
  if (!ANSWERABLE.includes(dispute.status))
    throw new EvidenceRefused("The bank does not wait for evidence on this dispute any more. See its state.");
  if (dispute.evidenceDueAt !== null && dispute.evidenceDueAt < now)
    throw new EvidenceRefused("The bank's deadline for evidence has passed. It decides without.");
}
