import { enqueue, failpoint, type Context } from "@/kernel";
import { BadSignature, RailClosed } from "./errors";
import type { Rails } from "./rails";
import { insertEvent } from "./store/stripe-calls";

/**
 * Takes a webhook: checks its signature, keeps it, and queues its handling in the same transaction, so that an answered event
 * is never lost. An event that came before changes nothing, whenever and however often it is sent again.
 */
export async function receiveStripeEvent(
  ctx: Context,
  rails: Rails,
  delivery: { body: string; signature: string },
): Promise<void> {
  if (rails.stripe === null || rails.stripe.webhookSecret === null) throw new RailClosed();
  const { client, webhookSecret } = rails.stripe;
  const event = await readEvent();
  const object = event.data.object as { id?: string };
  await ctx.database.transaction(async (tx) => {
    const { id, type, account = null } = event;
    if (!(await insertEvent(tx, { id, type, objectId: object.id ?? "", account }))) return;
    failpoint("event-kept");
    await enqueue(tx, "stripe-event", { eventId: id }, `stripe-event:${id}`);
  });
  failpoint("event-committed");

  async function readEvent() {
    try {
      return await client.webhooks.constructEventAsync(delivery.body, delivery.signature, webhookSecret ?? "");
    } catch {
      throw new BadSignature("This webhook is not signed with the secret that is set here.");
    }
  }
}
