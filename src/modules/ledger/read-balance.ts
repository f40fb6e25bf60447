import { micros, negateMicros, requireMember, type Asset, type Context, type Micros, type Tx } from "@/kernel";
import { selectBalances } from "./store";

/** An organisation's money in one asset: spendable, reserved for jobs, paid out of holds so far, earned as a provider, owed. */
export interface AssetBalance {
  readonly availableMicros: Micros;
  readonly heldMicros: Micros;
  readonly postedMicros: Micros;
  readonly earnedMicros: Micros;
  /** On its way back to a card or bank. */
  readonly refundingMicros: Micros;
  /** On its way to the provider. */
  readonly payingOutMicros: Micros;
  /** What the organisation owes after a dispute or refund took more than it had; positive. */
  readonly owedMicros: Micros;
}

/** Dollars, and beside them USDC, which is a different thing. */
export interface Balance extends AssetBalance {
  readonly usdc: AssetBalance;
}

/** The balance of the actor's organisation. */
export async function readBalance(ctx: Context): Promise<Balance> {
  const { organisationId } = requireMember(ctx.actor);
  const { byKind, posted } = await selectBalances(ctx.database.reader, organisationId);
  const inAsset = (asset: Asset): AssetBalance => {
    const of = (kind: string): Micros => micros(byKind.get(`${kind}@${asset}`) ?? 0n);
    return {
      availableMicros: of("available"),
      heldMicros: of("hold"),
      postedMicros: micros(posted.get(asset) ?? 0n),
      earnedMicros: of("earnings"),
      refundingMicros: of("refund-inflight"),
      payingOutMicros: of("payout-inflight"),
      owedMicros: negateMicros(of("receivable")),
    };
  };
  return { ...inAsset("USD"), usdc: inAsset("USDC") };
}

/** What an organisation can spend now, in dollars. */
export async function availableOf(tx: Tx, organisationId: string): Promise<Micros> {
  const { byKind } = await selectBalances(tx, organisationId);
  return micros(byKind.get("available@USD") ?? 0n);
}
