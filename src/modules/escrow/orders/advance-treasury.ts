import { encodeFunctionData, type PublicClient } from "viem";
import { failpoint, requireSystem, type Context } from "@/kernel";
import { addressOf } from "../chain/address";
import { testUsdcAbi } from "../contract/test-usdc";
import { trainyardEscrowAbi } from "../contract/trainyard-escrow";
import { treasuryOf, type ChainRail } from "../rail";
import { queueTransaction } from "../send/queue-transaction";
import { hasLiveTransaction } from "../store/transactions";
import { lockWithdrawal, selectWithdrawalsIn, updateWithdrawal, type WithdrawalRecord } from "../store/wallets";

/**
 * Task: queues the withdrawals that the treasury can pay, oldest first, and draws the treasury's claim out of the contract when
 * somebody waits for it or it is worth its gas.
 */
export async function advanceTreasury(ctx: Context, rail: ChainRail, node: PublicClient): Promise<void> {
  requireSystem(ctx.actor);
  const treasury = treasuryOf(rail);
  const [balance, claimable] = await Promise.all([
    node.readContract({ address: rail.usdc, abi: testUsdcAbi, functionName: "balanceOf", args: [treasury] }),
    node.readContract({ address: rail.escrow, abi: trainyardEscrowAbi, functionName: "claimable", args: [treasury] }),
  ]);
  const waiting = await selectWithdrawalsIn(ctx.database.reader, ["requested", "sent"]);
  // What was sent counts as gone until it is final, so the same money is never promised twice.
  let free = waiting.filter((w) => w.state === "sent").reduce((rest, w) => rest - w.amountMicros, balance);
  let short = false;
  for (const withdrawal of waiting.filter((w) => w.state === "requested")) {
    if (withdrawal.amountMicros > free) {
      short = true;
      continue;
    }
    await send(ctx, rail, withdrawal);
    free -= withdrawal.amountMicros;
  }
  if (claimable > 0n && (short || claimable >= rail.policy.sweepAboveMicros)) await sweep(ctx, rail);
}

async function send(ctx: Context, rail: ChainRail, withdrawal: WithdrawalRecord): Promise<void> {
  await ctx.database.transaction(async (tx) => {
    const locked = await lockWithdrawal(tx, withdrawal.id);
    if (locked?.state !== "requested") return;
    await queueTransaction(ctx, tx, rail, {
      kind: "transfer",
      reference: locked.id,
      to: rail.usdc,
      data: encodeFunctionData({
        abi: testUsdcAbi,
        functionName: "transfer",
        args: [addressOf(locked.address), locked.amountMicros],
      }),
    });
    await updateWithdrawal(tx, locked.id, { state: "sent" });
    failpoint("withdrawal-queued");
  });
}

async function sweep(ctx: Context, rail: ChainRail): Promise<void> {
  if (await hasLiveTransaction(ctx.database.reader, "sweep", rail.id)) return;
  const treasury = treasuryOf(rail);
  const data = encodeFunctionData({ abi: trainyardEscrowAbi, functionName: "withdraw", args: [treasury] });
  await ctx.database.transaction((tx) =>
    queueTransaction(ctx, tx, rail, { kind: "sweep", reference: rail.id, to: rail.escrow, data }),
  );
}
