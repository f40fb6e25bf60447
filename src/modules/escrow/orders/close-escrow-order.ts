import { micros, type Micros, type Tx } from "@/kernel";
import { closeEscrowHold } from "@/modules/ledger";
import { findOrderOfJob, lockOrder, updateOrder } from "../store/orders";

/**
 * Ends a job's order in the books: what is left of its hold is on its way back to the payer until the contract has given it
 * back. Returns how much that is; nothing for a job that was never funded. The caller holds the job's lock.
 */
export async function closeEscrowOrder(tx: Tx, job: { id: string; organisationId: string }): Promise<Micros> {
  const order = await findOrderOfJob(tx, job.id, ["funded"]);
  if (order === null) return micros(0n);
  await lockOrder(tx, order.id);
  const { organisationId } = job;
  const rest = await closeEscrowHold(tx, { jobId: job.id, organisationId, escrowOrderId: order.id });
  await updateOrder(tx, order.id, { state: "closing" });
  return rest;
}
