import { assert, type Micros, type Tx } from "@/kernel";
import { findOrderOfJob, insertVoucher } from "../store/orders";

/**
 * Notes, with a segment's payment, what all segments of a USDC job up to it cost together; the verifier signs it soon after.
 * The evidence is the segment's commitment: it commits to every one before it.
 */
export async function recordVoucher(
  tx: Tx,
  v: { jobId: string; segmentIndex: number; cumulative: Micros; commitment: string },
): Promise<void> {
  const order = await findOrderOfJob(tx, v.jobId, ["funded"]);
  assert(order !== null, "a USDC job runs on a funded order");
  await insertVoucher(tx, {
    escrowOrderId: order.id,
    segmentIndex: v.segmentIndex,
    cumulativeMicros: v.cumulative,
    evidenceRoot: `0x${v.commitment}`,
  });
}
