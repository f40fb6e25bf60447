import { floorToCents, micros, requireMember, type Context, type Micros } from "@/kernel";
import { lockPayable } from "@/modules/ledger";
import type { Rails } from "./rails";
import { selectPayouts, type PayoutRecord } from "./store/payouts";
import { findProfile } from "./store/profiles";

const PAGE = 50;

export interface PayoutView {
  readonly id: string;
  readonly amountMicros: Micros;
  readonly state: PayoutRecord["state"];
  readonly failure: string | null;
  readonly createdAt: Date;
  readonly endedAt: Date | null;
}

/** What a provider can withdraw to its bank now, how far its account at Stripe is, and what it withdrew before. */
export interface Payouts {
  readonly railOpen: boolean;
  readonly account: "none" | "unfinished" | "ready";
  readonly payableMicros: Micros;
  readonly payouts: readonly PayoutView[];
}

/** The payouts of the actor's organisation. */
export async function listPayouts(ctx: Context, rails: Rails): Promise<Payouts> {
  const { organisationId } = requireMember(ctx.actor);
  const heldSince = new Date(ctx.clock.now().getTime() - rails.payoutHoldMs);
  const tx = ctx.database.reader;
  const [profile, payouts, payable] = await Promise.all([
    findProfile(tx, organisationId),
    selectPayouts(tx, organisationId, PAGE),
    ctx.database.transaction((locking) => lockPayable(locking, organisationId, heldSince)),
  ]);
  const ready = profile !== null && profile.transfersActive && profile.payoutsEnabled;
  return {
    railOpen: rails.stripe !== null,
    account: profile?.connectedAccountId == null ? "none" : ready ? "ready" : "unfinished",
    payableMicros: floorToCents(payable),
    payouts: payouts.map(({ id, amountMicros, state, failure, createdAt, endedAt }) => ({
      ...{ id, state, failure, createdAt, endedAt },
      amountMicros: micros(amountMicros),
    })),
  };
}
