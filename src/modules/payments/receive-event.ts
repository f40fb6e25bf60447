import { enqueue, failpoint, type Context } from "@/kernel";
import { BadSignature, RailClosed } from "./errors";
import type { Rails } from "./rails";
import type { StripeRail } from "./stripe/client";
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
  if (rails.stripe === null || rails.stripe.webhookSecrets.length === 0) throw new RailClosed();
  const event = await readEvent(rails.stripe, delivery);
  await ctx.database.transaction(async (tx) => {
    const { id, type, account = null } = event;
    if (!(await insertEvent(tx, { id, type, objectId: objectOf(event), account }))) return;
    failpoint("event-kept");
    await enqueue(tx, "stripe-event", { eventId: id }, `stripe-event:${id}`);
  });
  failpoint("event-committed");
}

/** Events about the cash that Stripe holds for a customer. */
export function isAboutCash(type: string): boolean {
  return type.startsWith("customer_cash_balance_transaction.") || type.startsWith("cash_balance.");
}

/** Which object to look at: the one that the event is about, or the customer where it is about a customer's cash. */
function objectOf(event: Awaited<ReturnType<typeof readEvent>>): string {
  const object = event.data.object as { id?: string; customer?: string };
  return (isAboutCash(event.type) ? object.customer : object.id) ?? "";
}

/** The event, if one of our endpoints' secrets signed it. */
async function readEvent({ client, webhookSecrets }: StripeRail, delivery: { body: string; signature: string }) {
  for (const secret of webhookSecrets) {
    try {
      return await client.webhooks.constructEventAsync(delivery.body, delivery.signature, secret);
    } catch {
      continue;
    }
  }
  throw new BadSignature("This webhook is not signed with a secret that is set here.");
}
