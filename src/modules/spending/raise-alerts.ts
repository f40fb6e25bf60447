import { enqueue, formatUsd, record, type Context, type Tx } from "@/kernel";
import { memberAddresses } from "@/modules/identity";
import { levelsReached } from "./alert-levels";
import { isApprover } from "./decide-approval";
import type { SpendingFacts } from "./spending-facts";
import { insertAlert } from "./store";

/**
 * Raises the alerts of a project's budgets that this commitment made it reach, each once a level and period, and tells
 * finance of the highest one.
 */
export async function raiseAlerts(
  ctx: Context,
  tx: Tx,
  organisationId: string,
  facts: SpendingFacts,
  added: { readonly amountMicros: bigint; readonly month: string },
): Promise<void> {
  const { project, spent } = facts;
  if (project === null) return;
  for (const { period, amountMicros } of project.budgets) {
    const usedMicros = (period === "month" ? spent.monthMicros : spent.totalMicros) + added.amountMicros;
    const span = period === "month" ? added.month : "total";
    let highest: number | null = null;
    for (const percent of levelsReached(usedMicros, amountMicros)) {
      const row = { projectId: project.id, period, span, percent, usedMicros, amountMicros, raisedAt: ctx.clock.now() };
      if (await insertAlert(tx, row)) highest = percent;
    }
    if (highest === null) continue;
    await record(tx, ctx.actor, {
      action: "spending.budget-alert",
      target: project.id,
      organisationId,
      details: {
        name: project.name,
        period,
        percent: highest,
        usedMicros: String(usedMicros),
        amountMicros: String(amountMicros),
      },
    });
    const text = `The project ${project.name} has reserved and spent ${formatUsd(usedMicros)} of its budget of ${formatUsd(amountMicros)} ${period === "month" ? "for this month" : "in all"}.`;
    await mailApprovers(tx, organisationId, {
      subject: `${project.name} has reached ${highest} % of its budget`,
      text,
    });
  }
}

/** Mails everybody who may approve spending, but for `except`. */
export async function mailApprovers(
  tx: Tx,
  organisationId: string,
  mail: { readonly subject: string; readonly text: string; readonly except?: string },
): Promise<void> {
  for (const member of await memberAddresses(tx, organisationId))
    if (isApprover(member.role) && member.userId !== mail.except)
      await enqueue(tx, "send-mail", { to: member.email, subject: mail.subject, text: mail.text, path: "/spending" });
}
