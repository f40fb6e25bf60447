import { micros, negateMicros, type Asset, type Micros, type Tx } from "@/kernel";
import { earnings, fees, hold } from "./accounts";
import { postTransfer } from "./post-transfer";
import { splitPrice } from "./split-price";
import { postedForJob } from "./void-hold";

/**
 * Pays a verified segment out of its job's hold: the provider's share and the platform's fee. Exactly once per segment.
 * The fee of a USDC job is taken of everything it has paid so far, as its escrow contract does; the caller holds the job's lock.
 */
export async function postSegment(
  tx: Tx,
  s: { segmentId: string; jobId: string; providerId: string; price: Micros; asset: Asset },
): Promise<{ provider: Micros; fee: Micros }> {
  const paidBefore = s.asset === "USDC" ? await postedForJob(tx, s.jobId, s.asset) : micros(0n);
  const { provider, fee } = splitPrice(s.price, paidBefore);
  await postTransfer(tx, {
    idempotencyKey: `segment:${s.segmentId}`,
    kind: "segment",
    reference: s.jobId,
    legs: [
      { account: hold(s.jobId, null, s.asset), amount: negateMicros(s.price) },
      { account: earnings(s.providerId, s.asset), amount: provider },
      { account: fees(s.asset), amount: fee },
    ],
  });
  return { provider, fee };
}
