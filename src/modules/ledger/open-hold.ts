import { formatUsd, negateMicros, type Micros, type Tx } from "@/kernel";
import { available, hold } from "./accounts";
import { InsufficientFunds } from "./errors";
import { postTransfer } from "./post-transfer";
import { lockBalance } from "./store";

/** Reserves a job's limit from its buyer's balance. Idempotent on the job. Throws InsufficientFunds. */
export async function openHold(tx: Tx, h: { jobId: string; organisationId: string; amount: Micros }): Promise<void> {
  const from = available(h.organisationId);
  const balance = await lockBalance(tx, from.id);
  if (balance < h.amount)
    throw new InsufficientFunds(
      `Your balance is ${formatUsd(balance)}; this job needs ${formatUsd(h.amount)}. Add ${formatUsd(h.amount - balance)} or lower the limit.`,
      { availableMicros: String(balance), requestedMicros: String(h.amount) },
    );
  await postTransfer(tx, {
    idempotencyKey: `hold:${h.jobId}`,
    kind: "hold",
    reference: h.jobId,
    legs: [
      { account: from, amount: negateMicros(h.amount) },
      { account: hold(h.jobId, h.organisationId), amount: h.amount },
    ],
  });
}
