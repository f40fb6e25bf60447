import { formatUsd, negateMicros, sumMicros, type Micros, type Tx } from "@/kernel";
import { hold } from "./accounts";
import { InsufficientFunds } from "./errors";
import { takeFromLots } from "./lots";
import { postTransfer } from "./post-transfer";
import { lockLots } from "./store";

/** Reserves a job's limit from its buyer's funding lots, oldest first. Idempotent on the job. Throws InsufficientFunds. */
export async function openHold(tx: Tx, h: { jobId: string; organisationId: string; amount: Micros }): Promise<void> {
  const lots = await lockLots(tx, h.organisationId);
  const slices = takeFromLots(
    lots.map(({ account, balance }) => ({ accountId: account.id, amount: balance })),
    h.amount,
  );
  if (slices === null) {
    const balance = sumMicros(lots.map((lot) => lot.balance));
    throw new InsufficientFunds(
      `Your balance is ${formatUsd(balance)}; this job needs ${formatUsd(h.amount)}. Add ${formatUsd(h.amount - balance)} or lower the limit.`,
      { availableMicros: String(balance), requestedMicros: String(h.amount) },
    );
  }
  const accounts = new Map(lots.map(({ account }) => [account.id, account]));
  await postTransfer(tx, {
    idempotencyKey: `hold:${h.jobId}`,
    kind: "hold",
    reference: h.jobId,
    legs: [
      ...slices.flatMap(({ accountId, amount }) => {
        const account = accounts.get(accountId);
        return account === undefined ? [] : [{ account, amount: negateMicros(amount) }];
      }),
      { account: hold(h.jobId, h.organisationId, "USD"), amount: h.amount },
    ],
  });
}
