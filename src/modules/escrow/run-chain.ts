import { requireSystem, type Context } from "@/kernel";
import { advanceOrders } from "./orders/advance-orders";
import { advanceTreasury } from "./orders/advance-treasury";
import { signVouchers } from "./orders/sign-vouchers";
import type { ChainRail } from "./rail";
import { sendTransactions } from "./send/send-transactions";
import { askNodes } from "./wallets/verify";
import { ChainUnreachable } from "./errors";

/** Task: signs vouchers, queues what orders and withdrawals need, and carries everything queued to the chain. */
export async function runChain(ctx: Context, rail: ChainRail): Promise<void> {
  requireSystem(ctx.actor);
  await signVouchers(ctx, rail);
  try {
    await askNodes(rail, (node) => advanceOrders(ctx, rail, node));
    await askNodes(rail, (node) => advanceTreasury(ctx, rail, node));
  } catch (error) {
    if (!(error instanceof ChainUnreachable)) throw error; // Everything waits until a node answers.
  }
  await sendTransactions(ctx, rail);
}
