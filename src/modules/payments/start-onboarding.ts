import { failpoint, record, requireRole, type Context } from "@/kernel";
import { RailClosed } from "./errors";
import type { Rails } from "./rails";
import { findProfile, lockProfile, updateProfile } from "./store/profiles";

/** Opens Stripe's own page on which a provider says who it is and where its money goes. We never see its bank details. */
export async function startOnboarding(ctx: Context, rails: Rails): Promise<{ url: string }> {
  const actor = requireRole(ctx.actor, "finance");
  if (rails.stripe === null) throw new RailClosed();
  const { client } = rails.stripe;
  const account = await ensureAccount(ctx, rails, actor.organisationId);
  const link = await client.accountLinks.create({
    account,
    type: "account_onboarding",
    return_url: `${rails.publicUrl}/earnings`,
    refresh_url: `${rails.publicUrl}/earnings`,
  });
  await ctx.database.transaction((tx) => record(tx, actor, { action: "payments.onboarding-started", target: account }));
  return { url: link.url };
}

async function ensureAccount(ctx: Context, rails: Rails, organisationId: string): Promise<string> {
  if (rails.stripe === null) throw new RailClosed();
  const known = await findProfile(ctx.database.reader, organisationId);
  if (known?.connectedAccountId) return known.connectedAccountId;
  const made = await rails.stripe.client.accounts.create(
    {
      controller: {
        fees: { payer: "application" },
        losses: { payments: "application" },
        requirement_collection: "stripe",
        stripe_dashboard: { type: "express" },
      },
      capabilities: { transfers: { requested: true } },
      settings: { payouts: { schedule: { interval: "manual" } } },
      metadata: { organisationId },
    },
    { idempotencyKey: `account:${organisationId}` },
  );
  failpoint("account-made");
  return ctx.database.transaction(async (tx) => {
    const profile = await lockProfile(tx, organisationId);
    if (profile.connectedAccountId !== null) return profile.connectedAccountId;
    await updateProfile(tx, organisationId, { connectedAccountId: made.id });
    return made.id;
  });
}
