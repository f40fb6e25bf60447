import { assert, newId, record, type Context, type Micros, type Tx } from "@/kernel";
import { creditDeposit, postStripeFee, STRIPE_BALANCE } from "@/modules/ledger";
import { findDepositBySource, insertDeposit, setDepositFee } from "../store/deposits";

/** A payment that Stripe shows as succeeded, and whose it is. */
export interface SucceededPayment {
  readonly organisationId: string;
  readonly rail: "card" | "ach" | "bank_transfer";
  readonly intentId: string;
  readonly chargeId: string | null;
  readonly amount: Micros;
  /** What Stripe kept, by its balance transaction; null until Stripe has said so. */
  readonly fee: { readonly id: string; readonly amount: Micros } | null;
  readonly idempotencyKey: string;
  readonly createdBy: string;
  /** What the log says of it beside its amount. */
  readonly details: Readonly<Record<string, string>>;
}

/** Books the money as a funding lot, and what Stripe kept of it, each once. */
export async function creditPayment(
  ctx: Context,
  tx: Tx,
  p: SucceededPayment,
): Promise<{ depositId: string; isNew: boolean }> {
  const { organisationId, rail, intentId, chargeId, amount, fee, idempotencyKey, createdBy } = p;
  const id = newId("deposit", ctx.clock.now().getTime());
  const row = { id, organisationId, rail, amountMicros: amount, source: intentId, chargeId, idempotencyKey, createdBy };
  await insertDeposit(tx, row);
  const deposit = await findDepositBySource(tx, rail, intentId);
  assert(deposit !== null, "the deposit was inserted or was there");
  const isNew = deposit.id === id;
  if (isNew) {
    await creditDeposit(tx, { depositId: id, organisationId, amount, clearing: STRIPE_BALANCE });
    const details = { ...p.details, amountMicros: String(amount), rail, paymentIntent: intentId };
    await record(tx, ctx.actor, { action: "payments.deposit", target: id, organisationId, details });
  }
  if (fee !== null && (await setDepositFee(tx, deposit.id, fee.amount)))
    await postStripeFee(tx, { balanceTransactionId: fee.id, reference: deposit.id, fee: fee.amount });
  return { depositId: deposit.id, isNew };
}
