import { negateMicros, type Micros, type Tx } from "@/kernel";
import { earnings, fees, hold, type Asset } from "./accounts";
import { postTransfer } from "./post-transfer";
import { splitPrice } from "./split-price";

/** Pays a verified segment out of its job's hold: the provider's share and the platform's fee. Exactly once per segment. */
export async function postSegment(
  tx: Tx,
  s: { segmentId: string; jobId: string; providerId: string; price: Micros; asset: Asset },
): Promise<{ provider: Micros; fee: Micros }> {
  const { provider, fee } = splitPrice(s.price);
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
