import { requireMember, type Context } from "@/kernel";
import { selectWallets } from "../store/wallets";

/** A linked wallet as the pages show it. */
export interface WalletView {
  readonly id: string;
  readonly address: string;
  readonly linkedAt: Date;
  readonly isPayout: boolean;
  readonly payoutFrom: Date | null;
}

/** The wallets of the actor's organisation, oldest first. */
export async function listWallets(ctx: Context): Promise<WalletView[]> {
  const { organisationId } = requireMember(ctx.actor);
  const wallets = await selectWallets(ctx.database.reader, organisationId);
  return wallets.map(({ id, address, linkedAt, isPayout, payoutFrom }) => ({
    id,
    address,
    linkedAt,
    isPayout,
    payoutFrom,
  }));
}
