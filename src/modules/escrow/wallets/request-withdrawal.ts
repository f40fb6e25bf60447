import { failpoint, formatAmount, micros, newId, record, requireRole, type Context } from "@/kernel";
import { lockUsdcEarnings, openWithdrawal } from "@/modules/ledger";
import { addressOf } from "../chain/address";
import { WithdrawalRefused } from "../errors";
import { RequestWithdrawalInput } from "../inputs";
import type { ChainRail } from "../rail";
import { findWithdrawalByKey, insertWithdrawal, selectWallets, type WithdrawalRecord } from "../store/wallets";
import { requireAllowed } from "./require-allowed";

/** Below this a transfer's own cost is out of proportion. */
const WITHDRAWAL_MICROS_MIN = 1_000n;

/** Sends USDC earnings to the organisation's payout wallet. Idempotent on the key. */
export async function requestWithdrawal(
  ctx: Context,
  rail: ChainRail,
  input: RequestWithdrawalInput,
): Promise<{ withdrawalId: string }> {
  const actor = requireRole(ctx.actor, "finance");
  const { amountMicros, idempotencyKey } = RequestWithdrawalInput.parse(input);
  const { organisationId, userId } = actor;
  const known = await findWithdrawalByKey(ctx.database.reader, organisationId, idempotencyKey);
  if (known !== null) return repeatOf(known, amountMicros);
  if (amountMicros < WITHDRAWAL_MICROS_MIN)
    throw new WithdrawalRefused(`The smallest withdrawal is ${formatAmount(WITHDRAWAL_MICROS_MIN, "USDC")}.`);
  const now = ctx.clock.now();
  const wallet = (await selectWallets(ctx.database.reader, organisationId)).find((one) => one.isPayout);
  if (wallet === undefined)
    throw new WithdrawalRefused("No wallet is named for your earnings yet. Link one and choose it for payouts.");
  if (wallet.payoutFrom !== null && wallet.payoutFrom > now)
    throw new WithdrawalRefused(
      `The payout wallet was changed; earnings may leave to it from ${wallet.payoutFrom.toISOString()} on. If you did not change it, tell support now.`,
    );
  await requireAllowed(ctx, rail, addressOf(wallet.address), "payout");
  return ctx.database.transaction(async (tx) => {
    const amount = micros(amountMicros);
    const earned = await lockUsdcEarnings(tx, organisationId);
    const repeated = await findWithdrawalByKey(tx, organisationId, idempotencyKey);
    if (repeated !== null) return repeatOf(repeated, amountMicros);
    if (earned < amount)
      throw new WithdrawalRefused(
        `You have earned ${formatAmount(earned, "USDC")} that was not withdrawn yet. Ask for at most that.`,
        {
          earnedMicros: String(earned),
          requestedMicros: String(amount),
        },
      );
    const withdrawalId = newId("withdrawal", now.getTime());
    const { address } = wallet;
    await insertWithdrawal(tx, {
      id: withdrawalId,
      organisationId,
      address,
      amountMicros,
      idempotencyKey,
      createdBy: userId,
      createdAt: now,
    });
    await openWithdrawal(tx, { withdrawalId, organisationId, amount });
    failpoint("withdrawal-opened");
    await record(tx, actor, {
      action: "escrow.withdrawal-requested",
      target: withdrawalId,
      details: { amountMicros: String(amount), address },
    });
    return { withdrawalId };
  });
}

/** A repeat answers what was asked for first; another amount under its key is a mistake. */
function repeatOf(known: WithdrawalRecord, amountMicros: bigint): { withdrawalId: string } {
  if (known.amountMicros === amountMicros) return { withdrawalId: known.id };
  throw new WithdrawalRefused(
    `This request was sent before, for ${formatAmount(known.amountMicros, "USDC")}. Look at your withdrawals; ask for another one anew.`,
  );
}
