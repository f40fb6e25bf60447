import { enqueue, newId, type Tx } from "@/kernel";
import type { CallKind, CallRequest } from "./stripe/calls";
import { insertCall } from "./store/stripe-calls";

/**
 * Writes a request to Stripe into the outbox of this transaction: it exists exactly if the decision behind it does. Once per
 * kind and reference; a repeat changes nothing. Returns the call's id.
 */
export async function queueCall<K extends CallKind>(
  tx: Tx,
  call: { kind: K; reference: string; request: CallRequest<K>; account?: string; nowMs: number },
): Promise<string> {
  const id = newId("stripeCall", call.nowMs);
  const { kind, reference, request, account = null } = call;
  const inserted = await insertCall(tx, { id, kind, reference, request, account, createdAt: new Date(call.nowMs) });
  if (inserted) await enqueue(tx, "stripe-call", { callId: id }, `stripe-call:${id}`);
  return id;
}
