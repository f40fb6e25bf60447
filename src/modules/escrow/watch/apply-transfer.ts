import { micros, type Context, type Tx } from "@/kernel";
import { postSweep, postTreasuryReceipt } from "@/modules/ledger";
import { openIncident } from "../incidents";
import { treasuryOf, type ChainRail } from "../rail";
import { selectLogsOfTransaction, type LogRecord } from "../store/history";

/** The treasury's claim reached the treasury; or somebody else's claim did, or ours reached somebody else. */
export async function applyWithdrawn(ctx: Context, tx: Tx, rail: ChainRail, log: LogRecord): Promise<void> {
  const { account, to, amount } = log.data as { account: string; to: string; amount: string };
  const treasury = treasuryOf(rail);
  const posting = { event: nameOf(rail, log), treasury, amount: micros(BigInt(amount)) };
  if (account === treasury && to === treasury) await postSweep(tx, { ...posting, contract: rail.escrow });
  else if (to === treasury) await postTreasuryReceipt(tx, posting);
  else if (account === treasury)
    await openIncident(ctx, tx, {
      kind: "treasury-claim-taken",
      reference: log.transactionHash,
      detail: `The treasury's claim of ${amount} micro-USDC went to ${to} in ${log.transactionHash}. Its key is in other hands.`,
      amountMicros: BigInt(amount),
    });
}

/** A token reached the contract or the treasury. What no deposit and no claim explains is booked or named. */
export async function applyTransfer(ctx: Context, tx: Tx, rail: ChainRail, log: LogRecord): Promise<void> {
  const { from, to, value } = log.data as { from: string; to: string; value: string };
  if (log.address !== rail.usdc) {
    await openIncident(ctx, tx, {
      kind: "unattributed-token",
      reference: `${log.transactionHash}:${log.logIndex}`,
      detail: `${value} units of another token (${log.address}) were sent to ${to} by ${from}. They count for nothing here.`,
    });
    return;
  }
  if (to === rail.escrow) await nameStrayUsdc(ctx, tx, rail, log);
  else if (from !== rail.escrow)
    await postTreasuryReceipt(tx, {
      event: nameOf(rail, log),
      treasury: treasuryOf(rail),
      amount: micros(BigInt(value)),
    });
}

/** USDC that was sent to the contract without a deposit belongs to no order, and nobody can take it out again. */
async function nameStrayUsdc(ctx: Context, tx: Tx, rail: ChainRail, log: LogRecord): Promise<void> {
  const logs = await selectLogsOfTransaction(tx, log);
  const arrived = logs.filter((l) => l.event === "Transfer" && (l.data as { to: string }).to === rail.escrow);
  if (arrived[0]?.logIndex !== log.logIndex) return; // One look a transaction.
  const sum = (of: readonly LogRecord[]): bigint => of.reduce((total, l) => total + (l.amountMicros ?? 0n), 0n);
  const stray = sum(arrived) - sum(logs.filter((l) => l.event === "Deposited"));
  if (stray <= 0n) return;
  await openIncident(ctx, tx, {
    kind: "unattributed-usdc",
    reference: log.transactionHash,
    detail: `${stray} micro-USDC were sent to the contract without an order in ${log.transactionHash}. No order counts them.`,
    amountMicros: stray,
  });
}

/** A settled log's name: its transaction and its place in the block do not change any more. */
function nameOf(rail: ChainRail, log: LogRecord): string {
  return `${rail.chainId}:${log.transactionHash}:${log.logIndex}`;
}
