import { micros, type Micros, type Tx } from "@/kernel";
import { selectOpenDisputes } from "./store/disputes";

const MOST = 200;

/** A dispute that a bank has not decided. */
export interface OpenDispute {
  readonly id: string;
  readonly organisationId: string;
  readonly amountMicros: Micros;
  readonly status: string;
  readonly reason: string;
  readonly openedAt: Date;
  readonly evidenceDueAt: Date | null;
  /** When the evidence left; a bank reads one answer only. */
  readonly evidenceSentAt: Date | null;
}

/** Every dispute that is not closed, soonest deadline first. The caller has checked the actor. */
export async function listOpenDisputes(tx: Tx): Promise<OpenDispute[]> {
  const rows = await selectOpenDisputes(tx, MOST);
  return rows
    .map(({ id, organisationId, amountMicros, status, reason, openedAt, evidenceDueAt, evidenceSentAt }) => ({
      ...{ id, organisationId, status, reason, openedAt, evidenceDueAt, evidenceSentAt },
      amountMicros: micros(amountMicros),
    }))
    .sort((a, b) => (a.evidenceDueAt?.getTime() ?? Infinity) - (b.evidenceDueAt?.getTime() ?? Infinity));
}
