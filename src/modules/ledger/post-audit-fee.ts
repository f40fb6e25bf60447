import { negateMicros, type Micros, type Tx } from "@/kernel";
import { AUDITS, earnings } from "./accounts";
import { postTransfer } from "./post-transfer";

/** Pays an auditor for a confirmed re-execution, at the platform's expense. Exactly once per audit. */
export async function postAuditFee(
  tx: Tx,
  a: { auditId: string; organisationId: string; amount: Micros },
): Promise<void> {
  await postTransfer(tx, {
    idempotencyKey: `audit:${a.auditId}`,
    kind: "audit",
    reference: a.auditId,
    legs: [
      { account: AUDITS, amount: negateMicros(a.amount) },
      { account: earnings(a.organisationId), amount: a.amount },
    ],
  });
}
