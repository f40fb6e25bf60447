import { NotFound, record, requireRole, type Context } from "@/kernel";
import { changeOf } from "./change-of";
import { requireFreeName } from "./create-project";
import { UpdateProjectInput } from "./inputs";
import { findProject, lockPolicy, updateProjectRow } from "./store";

/** Changes a project's name, cost centre and what it wants of every job. Jobs that are posted keep what they were posted with. */
export async function updateProject(ctx: Context, input: UpdateProjectInput): Promise<void> {
  const actor = requireRole(ctx.actor, "finance");
  const { projectId, ...after } = UpdateProjectInput.parse(input);
  await ctx.database.transaction(async (tx) => {
    await lockPolicy(tx, actor.organisationId);
    const project = await findProject(tx, actor.organisationId, projectId);
    if (project === null) throw new NotFound("project", projectId);
    if (project.closedAt === null) await requireFreeName(tx, actor.organisationId, after.name, projectId);
    const { name, costCentre, requiredTags, poRequired } = project;
    await updateProjectRow(tx, projectId, after);
    await record(tx, actor, {
      action: "spending.project-changed",
      target: projectId,
      details: changeOf({ name, costCentre, requiredTags, poRequired }, after),
    });
  });
}
