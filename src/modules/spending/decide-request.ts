import { assert, enqueue, NotFound, type Context, type MemberActor, type Tx } from "@/kernel";
import { memberAddresses, type MemberAddress } from "@/modules/identity";
import { monthOf } from "./alert-levels";
import { decideApproval, decisionBarrier } from "./decide-approval";
import { decideSpending } from "./decide-spending";
import { DecisionRefused, SpendingRefused } from "./errors";
import { raiseAlerts } from "./raise-alerts";
import { spendingFacts } from "./spending-facts";
import { insertDecision, lockPolicy, lockRequest, updateRequest, type RequestRecord } from "./store";
import { tagsOf } from "./request-view";

/**
 * Adds a person's consent to a request. Policy, budget and order are looked at again under the organisation's lock, as
 * they stand now. Committed: enough people agree and the caller starts the job in this transaction. Waiting: more must
 * agree. Throws DecisionRefused or SpendingRefused; then nothing changes. Consenting twice counts once.
 */
export async function approveRequest(
  ctx: Context,
  tx: Tx,
  actor: MemberActor,
  decision: { readonly jobId: string; readonly comment: string },
): Promise<{ state: "committed" | "waiting"; missing: number; by: string }> {
  const now = ctx.clock.now();
  const policy = await lockPolicy(tx, actor.organisationId);
  const request = await ownRequest(tx, actor, decision.jobId);
  const month = monthOf(now);
  const facts = await spendingFacts(tx, { ...request, month });
  const terms = { amountMicros: request.amountMicros, poNumber: request.poNumber, tags: tagsOf(request) };
  const barrier = decisionBarrier(request, actor, now);
  if (barrier !== null) throw new DecisionRefused(barrier);
  const rules = decideSpending(policy, facts.terms, terms, facts.spent);
  if (rules.kind === "refused") throw new SpendingRefused(rules);
  const members = await memberAddresses(tx, actor.organisationId);
  const roles = new Map(members.map(({ userId, role }) => [userId, role]));
  const given = request.decisions.filter(({ verdict }) => verdict === "approve");
  const outcome = decideApproval(request, actor, given, roles, rules, now);
  assert(outcome.kind !== "refused", "the barrier was checked above");
  if (!given.some(({ approverId }) => approverId === actor.userId))
    await insertDecision(tx, wordOf(actor, decision, "approve", now));
  const by = nameOf(members, actor.userId);
  if (outcome.kind === "wait") return { state: "waiting", missing: outcome.missing, by };
  await updateRequest(tx, request.jobId, { state: "committed", month, decidedAt: now });
  await raiseAlerts(ctx, tx, actor.organisationId, facts, { amountMicros: request.amountMicros, month });
  await tellRequester(tx, members, request, `${by} has approved it, and its money is reserved.`);
  return { state: "committed", missing: 0, by };
}

/** Ends a request with one person's no, which needs a reason. Throws DecisionRefused; then nothing changes. */
export async function declineRequest(
  ctx: Context,
  tx: Tx,
  actor: MemberActor,
  decision: { readonly jobId: string; readonly comment: string },
): Promise<{ by: string }> {
  const now = ctx.clock.now();
  const request = await ownRequest(tx, actor, decision.jobId);
  const barrier = decisionBarrier(request, actor, now);
  if (barrier !== null) throw new DecisionRefused(barrier);
  if (request.decisions.some(({ approverId }) => approverId === actor.userId))
    throw new DecisionRefused({
      code: "decided",
      reason: "You approved this request already. Ask another approver to decline it, or cancel the job.",
    });
  await insertDecision(tx, wordOf(actor, decision, "decline", now));
  await updateRequest(tx, request.jobId, { state: "declined", decidedAt: now });
  const members = await memberAddresses(tx, actor.organisationId);
  const by = nameOf(members, actor.userId);
  await tellRequester(tx, members, request, `${by} has declined it: ${decision.comment}`);
  return { by };
}

/** Mails whoever asked how it was decided; nobody once they have left. */
async function tellRequester(
  tx: Tx,
  members: readonly MemberAddress[],
  { jobId, title, requestedBy }: RequestRecord,
  text: string,
): Promise<void> {
  const requester = members.find(({ userId }) => userId === requestedBy);
  if (requester === undefined) return;
  await enqueue(tx, "send-mail", { to: requester.email, subject: `Your job ${title}`, text, path: `/jobs/${jobId}` });
}

function nameOf(members: readonly MemberAddress[], userId: string): string {
  const member = members.find((candidate) => candidate.userId === userId);
  return member?.name ?? member?.email ?? "A former member";
}

async function ownRequest(tx: Tx, actor: MemberActor, jobId: string): Promise<RequestRecord> {
  const request = await lockRequest(tx, jobId);
  if (request === null || request.organisationId !== actor.organisationId) throw new NotFound("request", jobId);
  return request;
}

function wordOf(
  actor: MemberActor,
  { jobId, comment }: { readonly jobId: string; readonly comment: string },
  verdict: "approve" | "decline",
  createdAt: Date,
) {
  return { jobId, approverId: actor.userId, approverRole: actor.role, verdict, comment, createdAt };
}
