import { requireMember, type Context } from "@/kernel";
import { isApprover } from "./decide-approval";
import { countWaitingFor } from "./store";

/** How many requests wait for the actor's own decision: neither asked nor approved by them. None for whoever may not decide. */
export async function countToDecide(ctx: Context): Promise<number> {
  const { organisationId, userId, role } = requireMember(ctx.actor);
  if (!isApprover(role)) return 0;
  return countWaitingFor(ctx.database.reader, { organisationId, userId, now: ctx.clock.now() });
}
