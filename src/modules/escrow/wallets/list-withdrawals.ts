import { micros, requireMember, type Context, type Micros } from "@/kernel";
import { selectWithdrawals, type WithdrawalRecord } from "../store/wallets";

/** A withdrawal as the earnings page shows it. */
export interface WithdrawalView {
  readonly id: string;
  readonly address: string;
  readonly amountMicros: Micros;
  readonly state: WithdrawalRecord["state"];
  readonly failure: string | null;
  readonly hash: string | null;
  readonly createdAt: Date;
}

/** The latest withdrawals of the actor's organisation, newest first. */
export async function listWithdrawals(ctx: Context): Promise<WithdrawalView[]> {
  const { organisationId } = requireMember(ctx.actor);
  const rows = await selectWithdrawals(ctx.database.reader, organisationId);
  return rows.map(({ id, address, amountMicros, state, failure, hash, createdAt }) => ({
    ...{ id, address, state, failure, hash, createdAt },
    amountMicros: micros(amountMicros),
  }));
}
