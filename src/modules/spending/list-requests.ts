import { requireMember, type Context } from "@/kernel";
import { memberAddresses } from "@/modules/identity";
import { monthOf } from "./alert-levels";
import { isApprover } from "./decide-approval";
import { decideSpending } from "./decide-spending";
import { ListRequestsInput, RequestInput } from "./inputs";
import { NO_POLICY } from "./policy-view";
import { requestView, tagsOf, type RequestView } from "./request-view";
import { spendingFacts } from "./spending-facts";
import { findPolicy, findRequest, selectRequests, type RequestRecord } from "./store";

const REQUESTS_MAX = 100;

/** Requests of the actor's organisation: those that wait for approval, oldest first, or the latest decided ones. */
export async function listRequests(ctx: Context, input: ListRequestsInput): Promise<RequestView[]> {
  const { organisationId } = requireMember(ctx.actor);
  const { waitingOnly } = ListRequestsInput.parse(input);
  return viewsOf(
    ctx,
    organisationId,
    await selectRequests(ctx.database.reader, organisationId, waitingOnly, REQUESTS_MAX),
  );
}

/** One job's request; null for a job that was posted before there were any. */
export async function readRequest(ctx: Context, input: RequestInput): Promise<RequestView | null> {
  const { organisationId } = requireMember(ctx.actor);
  const { jobId } = RequestInput.parse(input);
  const request = await findRequest(ctx.database.reader, organisationId, jobId);
  if (request === null) return null;
  const [view] = await viewsOf(ctx, organisationId, [request]);
  return view ?? null;
}

async function viewsOf(
  ctx: Context,
  organisationId: string,
  requests: readonly RequestRecord[],
): Promise<RequestView[]> {
  const tx = ctx.database.reader;
  const members = await memberAddresses(tx, organisationId);
  const policy = (await findPolicy(tx, organisationId)) ?? NO_POLICY;
  const approvers = members.filter(({ role }) => isApprover(role));
  const month = monthOf(ctx.clock.now());
  const views: RequestView[] = [];
  for (const request of requests) {
    const facts = await spendingFacts(tx, { ...request, month });
    const terms = { amountMicros: request.amountMicros, poNumber: request.poNumber, tags: tagsOf(request) };
    const rules = request.state === "waiting" ? decideSpending(policy, facts.terms, terms, facts.spent) : null;
    views.push(
      requestView(request, {
        members,
        approvers,
        projectName: facts.project?.name ?? null,
        approvals: rules?.kind === "needs-approval" ? rules.approvals : 1,
        reason: rules?.kind === "needs-approval" ? rules.reason : null,
        obstacle: rules?.kind === "refused" ? rules.reason : null,
      }),
    );
  }
  return views;
}
