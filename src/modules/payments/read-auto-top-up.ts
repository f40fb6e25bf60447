import { micros, requireMember, type Context, type Micros } from "@/kernel";
import { monthOf } from "./auto-top-up";
import { findProfile } from "./store/profiles";
import { sumAutomaticTopUps } from "./store/top-ups";

/** The automatic top-up of an organisation and what it has charged this month. */
export interface AutoTopUpView {
  readonly enabled: boolean;
  readonly belowMicros: Micros;
  readonly amountMicros: Micros;
  readonly monthlyMaxMicros: Micros;
  /** Charged, or being charged, since the first of this month (UTC). */
  readonly monthMicros: Micros;
  /** A card that may be charged without asking is saved. */
  readonly hasCard: boolean;
  /** Why it stopped by itself. */
  readonly pausedReason: string | null;
}

/** The automatic top-up of the actor's organisation. */
export async function readAutoTopUp(ctx: Context): Promise<AutoTopUpView> {
  const { organisationId } = requireMember(ctx.actor);
  const tx = ctx.database.reader;
  const [profile, month] = await Promise.all([
    findProfile(tx, organisationId),
    sumAutomaticTopUps(tx, organisationId, monthOf(ctx.clock.now())),
  ]);
  return {
    enabled: profile?.autoTopUpEnabled ?? false,
    belowMicros: micros(profile?.autoTopUpBelowMicros ?? 0n),
    amountMicros: micros(profile?.autoTopUpAmountMicros ?? 0n),
    monthlyMaxMicros: micros(profile?.autoTopUpMonthlyMaxMicros ?? 0n),
    monthMicros: micros(month),
    hasCard: profile?.savedPaymentMethod != null,
    pausedReason: profile?.autoTopUpPausedReason ?? null,
  };
}
