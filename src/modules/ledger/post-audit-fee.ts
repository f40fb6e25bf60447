import { negateMicros, type Asset, type Micros, type Tx } from "@/kernel";
import { audits, earnings } from "./accounts";
import { postTransfer } from "./post-transfer";

/** Pays an auditor for a confirmed re-execution, at the platform's expense and in the job's asset. Exactly once per audit. */
export async function postAuditFee(
  tx: Tx,
  a: { auditId: string; organisationId: string; amount: Micros; asset: Asset },
): Promise<void> {
  await postTransfer(tx, {
    idempotencyKey: `audit:${a.auditId}`,
    kind: "audit",
    reference: a.auditId,
    legs: [
      { account: audits(a.asset), amount: negateMicros(a.amount) },
      { account: earnings(a.organisationId, a.asset), amount: a.amount },
    ],
  });
}
