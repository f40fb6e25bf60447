import { type Context } from "@/kernel";
import type { Rails } from "../rails";
import { findProfileByStripe, lockProfile, updateProfile } from "../store/profiles";

/** Reads a provider's connected account from Stripe and notes what it may do. */
export async function syncAccount(ctx: Context, rails: Rails, connectedAccountId: string): Promise<void> {
  const profile = await findProfileByStripe(ctx.database.reader, { connectedAccountId });
  if (profile === null || rails.stripe === null) return;
  const account = await rails.stripe.client.accounts.retrieve(connectedAccountId);
  await ctx.database.transaction(async (tx) => {
    await lockProfile(tx, profile.organisationId);
    await updateProfile(tx, profile.organisationId, {
      detailsSubmitted: account.details_submitted,
      transfersActive: account.capabilities?.transfers === "active",
      payoutsEnabled: account.payouts_enabled,
    });
  });
}
