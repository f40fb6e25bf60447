import { assert, negateMicros, type Context, type Micros, type Tx } from "@/kernel";
import { lockReceivable, recoverFromLot } from "@/modules/ledger";
import { lockDispute, updateDispute } from "./store/disputes";

/** What a dispute still lacks, and whose it is. */
export interface DisputeDebt {
  readonly organisationId: string;
  readonly depositId: string;
  readonly owed: Micros;
}

/** What an open dispute still owes after its lot was emptied; null when nothing is owed or it has ended. Locks it. */
export async function lockDisputeDebt(tx: Tx, disputeId: string): Promise<DisputeDebt | null> {
  const dispute = await lockDispute(tx, disputeId);
  if (dispute === null || dispute.closedAt !== null) return null;
  const owed = negateMicros(await lockReceivable(tx, dispute.organisationId, dispute.id));
  return owed > 0n ? { organisationId: dispute.organisationId, depositId: dispute.depositId, owed } : null;
}

/** Takes from the disputed payment's lot what a hold has just given back to it. `step` names what gave it back. */
export async function recoverDispute(_ctx: Context, tx: Tx, disputeId: string, step: string): Promise<void> {
  const dispute = await lockDispute(tx, disputeId);
  assert(dispute !== null, "a debt is of a dispute");
  const { organisationId, depositId } = dispute;
  const given = await recoverFromLot(tx, {
    disputeId,
    organisationId,
    depositId,
    step: `${step}:${dispute.recoveredMicros}`,
  });
  await updateDispute(tx, disputeId, { recoveredMicros: dispute.recoveredMicros + given });
}
