import { micros, requireMember, type Context, type Micros } from "@/kernel";
import { selectBalances } from "./store";

/** An organisation's money: spendable, reserved for jobs, paid out of holds so far, and earned as a provider. */
export interface Balance {
  readonly availableMicros: Micros;
  readonly heldMicros: Micros;
  readonly postedMicros: Micros;
  readonly earnedMicros: Micros;
}

/** The balance of the actor's organisation. */
export async function readBalance(ctx: Context): Promise<Balance> {
  const { organisationId } = requireMember(ctx.actor);
  const { byKind, posted } = await selectBalances(ctx.database.reader, organisationId);
  const of = (kind: string): Micros => micros(byKind.get(kind) ?? 0n);
  return {
    availableMicros: of("available"),
    heldMicros: of("hold"),
    postedMicros: micros(posted),
    earnedMicros: of("earnings"),
  };
}
