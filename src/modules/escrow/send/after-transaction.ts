import { micros, type Context, type Tx } from "@/kernel";
import { completeWithdrawal, returnWithdrawal } from "@/modules/ledger";
import { openIncident, resolveIncident } from "../incidents";
import { treasuryOf, type ChainRail } from "../rail";
import { lockOrder, updateOrder } from "../store/orders";
import type { TransactionRecord } from "../store/transactions";
import { lockWithdrawal, updateWithdrawal } from "../store/wallets";

/** Books what follows from a transaction that is on chain for good. What it did to an order, the watcher reads from its events. */
export async function afterConfirmed(
  ctx: Context,
  tx: Tx,
  rail: ChainRail,
  row: TransactionRecord,
  hash: string,
): Promise<void> {
  await resolveIncident(ctx, tx, "transaction-failed", `${row.kind}:${row.reference}`);
  if (row.kind !== "transfer") return;
  const withdrawal = await lockWithdrawal(tx, row.reference);
  if (withdrawal?.state !== "sent") return;
  const { id: withdrawalId, organisationId, amountMicros } = withdrawal;
  await completeWithdrawal(tx, {
    withdrawalId,
    organisationId,
    amount: micros(amountMicros),
    treasury: treasuryOf(rail),
  });
  await updateWithdrawal(tx, withdrawalId, { state: "paid", hash, endedAt: ctx.clock.now() });
}

/** Undoes what was waiting for a transaction that the chain does not take: a deposit may be signed again, earnings come back. */
export async function afterRefusal(ctx: Context, tx: Tx, row: TransactionRecord, reason: string): Promise<void> {
  switch (row.kind) {
    case "relay-deposit": {
      const order = await lockOrder(tx, row.reference);
      if (order?.state === "authorised")
        await updateOrder(tx, order.id, { state: "prepared", signature: null, failure: reason });
      return;
    }
    case "transfer": {
      const withdrawal = await lockWithdrawal(tx, row.reference);
      if (withdrawal?.state !== "sent") return;
      const { id: withdrawalId, organisationId, amountMicros } = withdrawal;
      await returnWithdrawal(tx, { withdrawalId, organisationId, amount: micros(amountMicros) });
      await updateWithdrawal(tx, withdrawalId, { state: "failed", failure: reason, endedAt: ctx.clock.now() });
      return;
    }
    default:
      await openIncident(ctx, tx, {
        kind: "transaction-failed",
        reference: `${row.kind}:${row.reference}`,
        detail: `The ${row.kind} of ${row.reference} was refused: ${reason}`,
      });
  }
}
