import { randomUUID } from "node:crypto";
import { receiveStripeEvent } from "@/modules/payments";
import type { Services } from "./services";
import { refusalResponse } from "./trpc/domain-error";

/** Answers one of Stripe's webhooks. The body is read as it came: its signature is over those bytes. */
export async function answerStripeWebhook(
  { contextFor, rails }: Pick<Services, "contextFor" | "rails">,
  request: Request,
): Promise<Response> {
  const requestId = randomUUID();
  try {
    const body = await request.text();
    const signature = request.headers.get("stripe-signature") ?? "";
    const ctx = contextFor({ kind: "system", task: "stripe-webhook" }, requestId);
    await receiveStripeEvent(ctx, rails, { body, signature });
    return Response.json({ received: true });
  } catch (error) {
    return refusalResponse(error, requestId);
  }
}
