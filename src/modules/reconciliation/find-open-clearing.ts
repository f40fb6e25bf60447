import type { Tx } from "@/kernel";
import { micros } from "@/kernel";
import { listClearing } from "@/modules/ledger";
import { findEnded } from "@/modules/payments";
import type { Finding } from "./finding";

/** Banks take days; what is on its way for longer is asked about. */
const ON_ITS_WAY_DAYS_MAX = 10;
const DAY_SECONDS = 86_400;

/** Accounts that must be zero once what they are for has ended: refunds and payouts on their way, disputes. */
export async function findOpenClearing(tx: Tx): Promise<Finding[]> {
  const open = await listClearing(tx);
  const ended = await findEnded(
    tx,
    open.map(({ reference }) => reference),
  );
  return open
    .filter(({ reference, ageSeconds }) => ended.has(reference) || ageSeconds > ON_ITS_WAY_DAYS_MAX * DAY_SECONDS)
    .map(({ accountId, asset, balance, reference }) => ({
      kind: "clearing-open",
      reference: accountId,
      asset,
      ledgerMicros: balance,
      outsideMicros: micros(0n),
      sentence: ended.has(reference)
        ? `${reference} has ended, and its account is not zero.`
        : `${reference} has been on its way for more than ${ON_ITS_WAY_DAYS_MAX} days.`,
    }));
}
