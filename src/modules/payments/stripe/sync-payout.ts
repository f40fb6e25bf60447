import { failpoint, record, type Context } from "@/kernel";
import { completePayout } from "@/modules/ledger";
import { postingOf, returnTransfer } from "../after-call";
import type { Rails } from "../rails";
import { lockPayout, updatePayout } from "../store/payouts";

/** Reads a payout from its connected account at Stripe and books how it went: paid, or back to the provider's earnings. */
export async function syncPayout(ctx: Context, rails: Rails, input: { payoutId: string }): Promise<void> {
  const payout = await ctx.database.transaction((tx) => lockPayout(tx, input.payoutId));
  if (payout === null || payout.stripePayoutId === null || rails.stripe === null) return;
  const { accountId } = payout;
  const seen = await rails.stripe.client.payouts.retrieve(payout.stripePayoutId, {}, { stripeAccount: accountId });
  failpoint("payout-read");
  await ctx.database.transaction(async (tx) => {
    const locked = await lockPayout(tx, payout.id);
    if (locked === null) return;
    const { organisationId } = locked;
    if (seen.status === "paid" && locked.state === "in_transit") {
      await completePayout(tx, postingOf(locked));
      await updatePayout(tx, locked.id, { state: "paid", endedAt: ctx.clock.now() });
      await record(tx, ctx.actor, { action: "payments.payout-paid", target: locked.id, organisationId });
    }
    if (seen.status === "failed" || seen.status === "canceled") {
      const failure = seen.failure_message ?? "The bank did not take the payout.";
      await returnTransfer(ctx, tx, locked.id, failure);
      if (locked.state === "in_transit" || locked.state === "paid")
        await record(tx, ctx.actor, {
          action: "payments.payout-returned",
          target: locked.id,
          organisationId,
          details: { failure },
        });
    }
    failpoint("payout-booked");
  });
}
