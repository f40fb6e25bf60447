import { assert, NotFound, requireMember, type Context } from "@/kernel";
import { TopUpInput } from "./inputs";
import type { Rails } from "./rails";
import { outcomeOf } from "./stripe/outcome";
import { syncTopUp } from "./stripe/sync-top-up";
import { findTopUp } from "./store/top-ups";
import { topUpView, type TopUpView } from "./top-up-view";

/** A top-up, looked up at Stripe while it can still change: the payer's browser may be back before any webhook. */
export async function readTopUp(ctx: Context, rails: Rails, input: TopUpInput): Promise<TopUpView> {
  const { organisationId } = requireMember(ctx.actor);
  const { topUpId } = TopUpInput.parse(input);
  const topUp = await findTopUp(ctx.database.reader, topUpId);
  if (topUp?.organisationId !== organisationId) throw new NotFound("top-up", topUpId);
  if (topUp.state !== "open" && topUp.state !== "processing") return topUpView(topUp);
  await look(ctx, rails, topUpId);
  const now = await findTopUp(ctx.database.reader, topUpId);
  assert(now !== null, "top-ups are never deleted");
  return topUpView(now);
}

/** Stripe being away is no reason to show nothing: the page asks again. */
async function look(ctx: Context, rails: Rails, topUpId: string): Promise<void> {
  try {
    await syncTopUp({ ...ctx, actor: { kind: "system", task: "sync-top-up" } }, rails, { topUpId });
  } catch (error) {
    if (outcomeOf(error).kind !== "unknown") throw error;
  }
}
