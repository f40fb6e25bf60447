import { NotFound, record, requireRole, type Context } from "@/kernel";
import { changeOf } from "./change-of";
import { SetBudgetInput } from "./inputs";
import { deleteBudget, findProject, lockPolicy, upsertBudget } from "./store";

/** Sets, changes or takes away a project's budget for a month or in all. One below what is spent already stops new spending. */
export async function setBudget(ctx: Context, input: SetBudgetInput): Promise<void> {
  const actor = requireRole(ctx.actor, "finance");
  const { projectId, period, budget } = SetBudgetInput.parse(input);
  await ctx.database.transaction(async (tx) => {
    await lockPolicy(tx, actor.organisationId);
    const project = await findProject(tx, actor.organisationId, projectId);
    if (project === null) throw new NotFound("project", projectId);
    const before = project.budgets.find((known) => known.period === period);
    if (budget === null) await deleteBudget(tx, projectId, period);
    else await upsertBudget(tx, { projectId, period, ...budget });
    const { name } = project;
    await record(tx, actor, {
      action: "spending.budget-set",
      target: projectId,
      details: {
        name,
        period,
        ...changeOf(before ? { amountMicros: before.amountMicros, hardStop: before.hardStop } : null, budget),
      },
    });
  });
}
