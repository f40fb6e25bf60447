import { Forbidden, NotFound, requireRole, type Context, type MemberActor } from "@/kernel";
import { isPlatformOrganisation, organisationName } from "@/modules/identity";
import { listVerifiedWork } from "@/modules/jobs";
import { DisputeEvidenceInput, listOpenDisputes, lockDisputedDeposit, queueEvidence } from "@/modules/payments";
import type { OpenDispute, Rails } from "@/modules/payments";

/** Disputes that are not closed, whoever paid, soonest deadline first. For the operator's people. */
export async function listDisputesToAnswer(ctx: Context): Promise<OpenDispute[]> {
  await requireOperator(ctx, requireRole(ctx.actor, "finance"));
  return listOpenDisputes(ctx.database.reader);
}

/** Answers a payer's bank with what the payer's organisation got for its money: its jobs, verified segments and commitments. */
export async function sendDisputeEvidence(ctx: Context, rails: Rails, input: DisputeEvidenceInput): Promise<void> {
  const actor = requireRole(ctx.actor, "finance");
  const { disputeId } = DisputeEvidenceInput.parse(input);
  await requireOperator(ctx, actor);
  await ctx.database.transaction(async (tx) => {
    const disputed = await lockDisputedDeposit(tx, disputeId);
    if (disputed === null) throw new NotFound("dispute", disputeId);
    const { organisationId, depositedAt } = disputed;
    const customerName = await organisationName(tx, organisationId);
    const jobs = await listVerifiedWork(tx, organisationId, depositedAt);
    await queueEvidence(ctx, tx, rails, { actor, disputeId, evidence: { customerName, jobs } });
  });
}

/** The operator took the payment, so the operator answers the bank. */
async function requireOperator(ctx: Context, { organisationId }: MemberActor): Promise<void> {
  if (await isPlatformOrganisation(ctx.database.reader, organisationId)) return;
  throw new Forbidden("The operator of this market answers banks, since it took the payment. Send it what you know.");
}
