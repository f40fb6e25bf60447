import { newId, record, requireRole, type Context, type Tx } from "@/kernel";
import { changeOf } from "./change-of";
import { NameTaken } from "./errors";
import { CreateProjectInput } from "./inputs";
import { findOpenProjectByName, insertProject, lockPolicy } from "./store";

/** Creates a project that jobs can be posted for. */
export async function createProject(ctx: Context, input: CreateProjectInput): Promise<{ projectId: string }> {
  const actor = requireRole(ctx.actor, "finance");
  const project = CreateProjectInput.parse(input);
  const { organisationId, userId } = actor;
  const id = newId("project", ctx.clock.now().getTime());
  await ctx.database.transaction(async (tx) => {
    await lockPolicy(tx, organisationId);
    await requireFreeName(tx, organisationId, project.name, null);
    await insertProject(tx, { id, organisationId, createdBy: userId, ...project });
    await record(tx, actor, { action: "spending.project-created", target: id, details: changeOf(null, project) });
  });
  return { projectId: id };
}

/** Throws NameTaken when another open project of the organisation has the name. The policy's lock keeps the answer true. */
export async function requireFreeName(tx: Tx, organisationId: string, name: string, own: string | null): Promise<void> {
  const other = await findOpenProjectByName(tx, organisationId, name);
  if (other !== null && other.id !== own)
    throw new NameTaken(`Your organisation has an open project ${other.name} already. Choose another name.`, { name });
}
