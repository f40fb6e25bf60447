import { requireMember, type Context } from "@/kernel";
import { memberAddresses } from "@/modules/identity";
import { monthOf } from "./alert-levels";
import { isApprover } from "./decide-approval";
import { decideSpending, type SpendingDecision } from "./decide-spending";
import { PreviewSpendingInput } from "./inputs";
import { spendingFacts } from "./spending-facts";
import { findPolicy } from "./store";
import { NO_POLICY } from "./policy-view";

/** What would happen to a job's money if it were posted now, and who could approve it. Reserves nothing. */
export async function previewSpending(
  ctx: Context,
  input: PreviewSpendingInput,
): Promise<{ readonly decision: SpendingDecision; readonly approvers: readonly { name: string; role: string }[] }> {
  const { organisationId, userId } = requireMember(ctx.actor);
  const { amountMicros, projectId, poNumber, tags } = PreviewSpendingInput.parse(input);
  const tx = ctx.database.reader;
  const policy = (await findPolicy(tx, organisationId)) ?? NO_POLICY;
  const month = monthOf(ctx.clock.now());
  const request = {
    organisationId,
    projectId: projectId ?? null,
    poNumber: poNumber ?? null,
    requestedBy: userId,
    month,
  };
  const facts = await spendingFacts(tx, request);
  const terms = { amountMicros, poNumber: request.poNumber, tags: tags ?? {} };
  const decision = decideSpending(policy, facts.terms, terms, facts.spent);
  const members = decision.kind === "needs-approval" ? await memberAddresses(tx, organisationId) : [];
  return {
    decision,
    approvers: members
      .filter((member) => isApprover(member.role) && member.userId !== userId)
      .map(({ name, email, role }) => ({ name: name ?? email, role })),
  };
}
