import { requireMember, type Context } from "@/kernel";
import { ListActivityInput } from "./inputs";
import { selectActivity } from "./store";

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
  const { beforeId } = ListActivityInput.parse(input);
  const rows = await selectActivity(
    ctx.database.reader,
    organisationId,
    beforeId === undefined ? null : BigInt(beforeId),
    PAGE,
  );
  return rows.map(({ id, at, actor, action, target, details }) => ({
    id: String(id),
    at,
    actor,
    action,
    target,
    details,
  }));
}
