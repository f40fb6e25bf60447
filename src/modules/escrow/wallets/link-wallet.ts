import { newId, record, requireRole, type Context } from "@/kernel";
import { addressOf, hexOf } from "../chain/address";
import { ChallengeRefused, SignatureRefused, WalletRefused } from "../errors";
import { LinkWalletInput } from "../inputs";
import type { ChainRail } from "../rail";
import { findChallenge, findLinkedWallet, insertWallet, useChallenge } from "../store/wallets";
import { isMessageSignedBy } from "./verify";

/** Links the wallet that signed a challenge of ours to the actor's organisation. A challenge counts once. */
export async function linkWallet(
  ctx: Context,
  rail: ChainRail,
  input: LinkWalletInput,
): Promise<{ walletId: string; address: string }> {
  const actor = requireRole(ctx.actor, "engineer", "finance");
  const { challengeId, signature } = LinkWalletInput.parse(input);
  const { organisationId, userId } = actor;
  const challenge = await findChallenge(ctx.database.reader, challengeId);
  if (challenge === null || challenge.organisationId !== organisationId || challenge.userId !== userId)
    throw new ChallengeRefused("There is no such message of yours to sign. Start again.");
  const now = ctx.clock.now();
  if (challenge.usedAt !== null || challenge.expiresAt <= now)
    throw new ChallengeRefused("This message is used up or older than ten minutes. Start again and sign the new one.");
  const address = addressOf(challenge.address);
  if (!(await isMessageSignedBy(rail, address, challenge.message, hexOf(signature))))
    throw new SignatureRefused("The signature is not this wallet's, or is over another message. Start again.");
  return ctx.database.transaction(async (tx) => {
    if (!(await useChallenge(tx, challengeId, now)))
      throw new ChallengeRefused("This message is used up. Start again and sign the new one.");
    const known = await findLinkedWallet(tx, address);
    if (known !== null && known.organisationId !== organisationId)
      throw new WalletRefused("This wallet is linked to another organisation. Unlink it there first, or use another.");
    if (known !== null) return { walletId: known.id, address };
    const walletId = newId("wallet", now.getTime());
    await insertWallet(tx, { id: walletId, organisationId, address, linkedBy: userId, linkedAt: now });
    await record(tx, actor, { action: "escrow.wallet-linked", target: walletId, details: { address } });
    return { walletId, address };
  });
}
