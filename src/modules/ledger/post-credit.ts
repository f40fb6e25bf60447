import { negateMicros, type Micros, type Tx } from "@/kernel";
import { available, CREDIT_COST } from "./accounts";
import { postTransfer } from "./post-transfer";

/** Gives an organisation money back for something it paid, at the platform's expense, as a funding lot of its own. Once per key. */
export async function postCredit(
  tx: Tx,
  c: { creditId: string; line: string; organisationId: string; reference: string; amount: Micros },
): Promise<{ idempotencyKey: string; accountId: string }> {
  const lot = available(c.organisationId, c.creditId);
  const idempotencyKey = `credit:${c.creditId}:${c.line}`;
  await postTransfer(tx, {
    idempotencyKey,
    kind: "credit",
    reference: c.reference,
    legs: [
      { account: CREDIT_COST, amount: negateMicros(c.amount) },
      { account: lot, amount: c.amount },
    ],
  });
  return { idempotencyKey, accountId: lot.id };
}
