import { negateMicros, type Micros, type Tx } from "@/kernel";
import { STRIPE_BALANCE, STRIPE_COST } from "./accounts";
import { postTransfer } from "./post-transfer";

/** Books what Stripe kept of a payment or transfer, at the platform's expense. Once per balance transaction. */
export async function postStripeFee(
  tx: Tx,
  f: { balanceTransactionId: string; reference: string; fee: Micros },
): Promise<void> {
  await postTransfer(tx, {
    idempotencyKey: `stripe-fee:${f.balanceTransactionId}`,
    kind: "stripe-fee",
    reference: f.reference,
    legs: [
      { account: STRIPE_BALANCE, amount: f.fee },
      { account: STRIPE_COST, amount: negateMicros(f.fee) },
    ],
  });
}
