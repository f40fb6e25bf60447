import { assetOfRail, formatAmount, type Context, type MemberActor, type Tx } from "@/kernel";
import { monthOf } from "./alert-levels";
import { decideSpending } from "./decide-spending";
import { SpendingRefused } from "./errors";
import { AllocationInput } from "./inputs";
import { mailApprovers, raiseAlerts } from "./raise-alerts";
import { spendingFacts } from "./spending-facts";
import { insertRequest, lockPolicy } from "./store";

const DAY_MS = 86_400_000;

/** A job before it may spend: what it is, the most it may cost, and what for. */
export interface SpendingAsk {
  readonly jobId: string;
  readonly title: string;
  readonly amountMicros: bigint;
  readonly rail: string;
  readonly allocation: AllocationInput;
}

/**
 * Asks for the money of a job that is being posted. Committed: it counts against budget and order from now on and the job
 * may start. Waiting: nothing is reserved until others approve. Throws SpendingRefused where the rules forbid it.
 */
export async function askToSpend(
  ctx: Context,
  tx: Tx,
  actor: MemberActor,
  ask: SpendingAsk,
): Promise<{ state: "committed" } | { state: "waiting"; reason: string; approvals: number }> {
  const { organisationId, userId } = actor;
  const { projectId, poNumber, costCentre, tags } = AllocationInput.parse(ask.allocation);
  const now = ctx.clock.now();
  const month = monthOf(now);
  const policy = await lockPolicy(tx, organisationId);
  const terms = { amountMicros: ask.amountMicros, poNumber: poNumber ?? null, tags: tags ?? {} };
  const where = { organisationId, projectId: projectId ?? null, poNumber: terms.poNumber, requestedBy: userId, month };
  const facts = await spendingFacts(tx, where);
  const decision = decideSpending(policy, facts.terms, terms, facts.spent);
  if (decision.kind === "refused") throw new SpendingRefused(decision);
  const waits = decision.kind === "needs-approval";
  await insertRequest(tx, {
    jobId: ask.jobId,
    organisationId,
    title: ask.title,
    requestedBy: userId,
    rail: ask.rail,
    ...terms,
    projectId: where.projectId,
    purchaseOrderId: facts.purchaseOrderId,
    costCentre: costCentre ?? facts.project?.costCentre ?? null,
    createdAt: now,
    ...(waits
      ? { state: "waiting", reason: decision.reason, expiresAt: new Date(now.getTime() + policy.requestDays * DAY_MS) }
      : { state: "committed", month, decidedAt: now }),
  });
  if (!waits) {
    await raiseAlerts(ctx, tx, organisationId, facts, { amountMicros: ask.amountMicros, month });
    return { state: "committed" };
  }
  await mailApprovers(tx, organisationId, {
    subject: `To approve: ${ask.title}, ${formatAmount(ask.amountMicros, assetOfRail(ask.rail))}`,
    text: `The job “${ask.title}” waits for approval: ${decision.reason}.`,
    except: userId,
  });
  return { state: "waiting", reason: decision.reason, approvals: decision.approvals };
}
