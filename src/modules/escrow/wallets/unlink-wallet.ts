import { NotFound, record, requireRole, type Context } from "@/kernel";
import { WalletInput } from "../inputs";
import { selectWallets, updateWallet } from "../store/wallets";

/** Takes a wallet off the organisation. Orders it has paid go on; what they give back is still its own on chain. */
export async function unlinkWallet(ctx: Context, input: WalletInput): Promise<void> {
  const actor = requireRole(ctx.actor, "finance");
  const { walletId } = WalletInput.parse(input);
  await ctx.database.transaction(async (tx) => {
    const wallet = (await selectWallets(tx, actor.organisationId)).find((one) => one.id === walletId);
    if (wallet === undefined) throw new NotFound("wallet", walletId);
    await updateWallet(tx, walletId, { unlinkedAt: ctx.clock.now(), isPayout: false });
    await record(tx, actor, {
      action: "escrow.wallet-unlinked",
      target: walletId,
      details: { address: wallet.address },
    });
  });
}
