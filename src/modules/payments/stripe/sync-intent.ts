import type { Context } from "@/kernel";
import type { Rails } from "../rails";
import { findTopUpByStripe } from "../store/top-ups";
import { syncTopUp } from "./sync-top-up";
import { syncWire } from "./sync-wires";

/** Moves whatever a payment intent pays. Its metadata names the top-up or wire, which is there before we know the intent's id. */
export async function syncIntent(ctx: Context, rails: Rails, intentId: string): Promise<void> {
  const known = await findTopUpByStripe(ctx.database.reader, { paymentIntentId: intentId });
  if (known !== null) return syncTopUp(ctx, rails, { topUpId: known.id });
  const intent = await rails.stripe?.client.paymentIntents.retrieve(intentId);
  const { topUpId, wireId } = intent?.metadata ?? {};
  if (topUpId !== undefined) await syncTopUp(ctx, rails, { topUpId });
  if (wireId !== undefined) await syncWire(ctx, rails, { wireId, paymentIntentId: intentId });
}
