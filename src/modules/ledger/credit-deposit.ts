import { negateMicros, type Micros, type Tx } from "@/kernel";
import { available, type Account } from "./accounts";
import { postTransfer } from "./post-transfer";

/** Books money that a rail brought in: from the rail's clearing account to a funding lot of its own. Once per deposit. */
export async function creditDeposit(
  tx: Tx,
  d: { depositId: string; organisationId: string; amount: Micros; clearing: Account },
): Promise<void> {
  await postTransfer(tx, {
    idempotencyKey: `deposit:${d.depositId}`,
    kind: "deposit",
    reference: d.depositId,
    legs: [
      { account: d.clearing, amount: negateMicros(d.amount) },
      { account: available(d.organisationId, d.depositId), amount: d.amount },
    ],
  });
}
