import { NotFound, record, requireRole, type Context } from "@/kernel";
import { WalletInput } from "../inputs";
import type { ChainRail } from "../rail";
import { hadPayoutWallet, selectWallets, updateWallet } from "../store/wallets";

/**
 * Names the wallet that earnings go to. A changed address rests before anything leaves to it, so that whoever is robbed of
 * an account has time to notice; the first one ever does not. Unlinking does not start over.
 */
export async function setPayoutWallet(
  ctx: Context,
  rail: ChainRail,
  input: WalletInput,
): Promise<{ payoutFrom: Date }> {
  const actor = requireRole(ctx.actor, "finance");
  const { walletId } = WalletInput.parse(input);
  const now = ctx.clock.now();
  return ctx.database.transaction(async (tx) => {
    const wallets = await selectWallets(tx, actor.organisationId);
    const wanted = wallets.find((wallet) => wallet.id === walletId);
    if (wanted === undefined) throw new NotFound("wallet", walletId);
    const before = wallets.find((wallet) => wallet.isPayout);
    if (before?.id === walletId) return { payoutFrom: before.payoutFrom ?? now };
    const isFirst = !(await hadPayoutWallet(tx, actor.organisationId));
    const payoutFrom = isFirst ? now : new Date(now.getTime() + rail.policy.payoutCoolOffMs);
    if (before !== undefined) await updateWallet(tx, before.id, { isPayout: false });
    await updateWallet(tx, walletId, { isPayout: true, payoutFrom });
    await record(tx, actor, {
      action: "escrow.payout-wallet-set",
      target: walletId,
      details: { before: { address: before?.address ?? null }, after: { address: wanted.address } },
    });
    return { payoutFrom };
  });
}
