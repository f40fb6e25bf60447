import { requireMember, type Context } from "@/kernel";
import { ListActivityInput } from "./inputs";
import { selectActivity, selectActivityKinds } from "./store";

const PAGE = 100;

export interface Activity {
  readonly id: string;
  readonly at: Date;
  readonly actor: string;
  readonly action: string;
  readonly target: string;
  readonly details: unknown;
}

/** The organisation's audit log, newest first, a page of 100 before `beforeId`. */
export async function listActivity(ctx: Context, input: ListActivityInput): Promise<Activity[]> {
  const { organisationId } = requireMember(ctx.actor);
  const { beforeId, ...filter } = ListActivityInput.parse(input);
  const rows = await selectActivity(ctx.database.reader, {
    ...filter,
    organisationId,
    beforeId: beforeId === undefined ? null : BigInt(beforeId),
    limit: PAGE,
  });
  return rows.map(({ id, at, actor, action, target, details }) => ({
    id: String(id),
    at,
    actor,
    action,
    target,
    details,
  }));
}

/** The acts and actors that the organisation's audit log can be narrowed to. */
export async function listActivityKinds(ctx: Context): Promise<{ actions: string[]; actors: string[] }> {
  const { organisationId } = requireMember(ctx.actor);
  return selectActivityKinds(ctx.database.reader, organisationId);
}
