import { failpoint, type Context } from "@/kernel";
import type { StripeRail } from "./client";
import { findProfile, lockProfile, updateProfile } from "../store/profiles";

/** The organisation's customer at Stripe, made at first need. No money moves, so its key may simply be the organisation. */
export async function ensureCustomer(ctx: Context, rail: StripeRail, organisationId: string): Promise<string> {
  const known = await findProfile(ctx.database.reader, organisationId);
  if (known?.stripeCustomerId) return known.stripeCustomerId;
  const made = await rail.client.customers.create(
    { metadata: { organisationId } },
    { idempotencyKey: `customer:${organisationId}` },
  );
  failpoint("customer-made");
  return ctx.database.transaction(async (tx) => {
    const profile = await lockProfile(tx, organisationId);
    if (profile.stripeCustomerId !== null) return profile.stripeCustomerId;
    await updateProfile(tx, organisationId, { stripeCustomerId: made.id });
    return made.id;
  });
}
