import { assert, failpoint, micros, newId, record, requireRole, requireSystem, toCents, type Context } from "@/kernel";
import { availableOf } from "@/modules/ledger";
import { NoSavedPaymentMethod } from "./errors";
import { SetAutoTopUpInput } from "./inputs";
import { queueCall } from "./queue-call";
import type { Rails } from "./rails";
import { lockProfile, selectAutoTopUpProfiles, updateProfile } from "./store/profiles";
import { insertTopUp, sumAutomaticTopUps } from "./store/top-ups";

/** Lets the balance refill itself from the saved card when it falls below a line, up to a ceiling each month. */
export async function setAutoTopUp(ctx: Context, input: SetAutoTopUpInput): Promise<void> {
  const actor = requireRole(ctx.actor, "finance");
  const { enabled, belowMicros, amountMicros, monthlyMaxMicros } = SetAutoTopUpInput.parse(input);
  const { organisationId } = actor;
  await ctx.database.transaction(async (tx) => {
    const before = await lockProfile(tx, organisationId);
    if (enabled && before.savedPaymentMethod === null)
      throw new NoSavedPaymentMethod(
        "No card is saved yet. Add funds by card once; that card then refills the balance.",
      );
    await updateProfile(tx, organisationId, {
      autoTopUpEnabled: enabled,
      autoTopUpBelowMicros: belowMicros,
      autoTopUpAmountMicros: amountMicros,
      autoTopUpMonthlyMaxMicros: monthlyMaxMicros,
      autoTopUpPausedReason: null,
    });
    await record(tx, actor, {
      action: "payments.auto-top-up-set",
      target: organisationId,
      details: {
        before: { enabled: before.autoTopUpEnabled, monthlyMaxMicros: String(before.autoTopUpMonthlyMaxMicros) },
        after: { enabled, amountMicros: String(amountMicros), monthlyMaxMicros: String(monthlyMaxMicros) },
      },
    });
  });
}

/** Task: charges the saved card of every organisation whose balance is below its line and whose month has room for it. */
export async function runAutoTopUps(ctx: Context, rails: Rails): Promise<number> {
  requireSystem(ctx.actor);
  if (rails.stripe === null) return 0;
  let started = 0;
  for (const { organisationId } of await selectAutoTopUpProfiles(ctx.database.reader))
    if (await topUpIfLow(ctx, organisationId)) started++;
  return started;
}

/** When the month of a moment began, in UTC. */
export function monthOf(now: Date): Date {
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), 1));
}

async function topUpIfLow(ctx: Context, organisationId: string): Promise<boolean> {
  const now = ctx.clock.now();
  return ctx.database.transaction(async (tx) => {
    const profile = await lockProfile(tx, organisationId);
    const { autoTopUpEnabled, savedPaymentMethod, stripeCustomerId, frozenAt } = profile;
    if (!autoTopUpEnabled || frozenAt !== null || savedPaymentMethod === null || stripeCustomerId === null)
      return false;
    if ((await availableOf(tx, organisationId)) >= profile.autoTopUpBelowMicros) return false;
    const already = await sumAutomaticTopUps(tx, organisationId, monthOf(now));
    const amount = micros(profile.autoTopUpAmountMicros);
    if (already + amount > profile.autoTopUpMonthlyMaxMicros) return false;
    const id = newId("topUp", now.getTime());
    const row = { id, organisationId, method: "card" as const, amountMicros: amount, automatic: true };
    const inserted = await insertTopUp(tx, { ...row, idempotencyKey: id, createdBy: "auto-top-up", createdAt: now });
    if (!inserted) return false; // One is on its way already.
    await queueCall(tx, {
      kind: "off-session-payment",
      reference: id,
      request: {
        cents: toCents(amount),
        customer: stripeCustomerId,
        paymentMethod: savedPaymentMethod,
        metadata: { topUpId: id, organisationId },
      },
      nowMs: now.getTime(),
    });
    await record(tx, ctx.actor, {
      action: "payments.auto-top-up",
      target: id,
      organisationId,
      details: { amountMicros: String(amount), monthMicros: String(already + amount) },
    });
    failpoint("auto-top-up-queued");
    assert(already + amount <= profile.autoTopUpMonthlyMaxMicros, "the ceiling was just checked");
    return true;
  });
}
