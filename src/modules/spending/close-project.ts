import { NotFound, record, requireRole, type Context } from "@/kernel";
import { changeOf } from "./change-of";
import { CloseProjectInput } from "./inputs";
import { findProject, lockPolicy, updateProjectRow } from "./store";

/** Closes a project: no job is posted or approved for it any more. Running jobs go on, their money stays counted. */
export async function closeProject(ctx: Context, input: CloseProjectInput): Promise<void> {
  const actor = requireRole(ctx.actor, "finance");
  const { projectId } = CloseProjectInput.parse(input);
  await ctx.database.transaction(async (tx) => {
    await lockPolicy(tx, actor.organisationId);
    const project = await findProject(tx, actor.organisationId, projectId);
    if (project === null) throw new NotFound("project", projectId);
    if (project.closedAt !== null) return;
    await updateProjectRow(tx, projectId, { closedAt: ctx.clock.now() });
    await record(tx, actor, {
      action: "spending.project-closed",
      target: projectId,
      details: changeOf({ name: project.name, closed: false }, { name: project.name, closed: true }),
    });
  });
}
