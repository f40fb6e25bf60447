import { services } from "@/server/services";
import { answerStripeWebhook } from "@/server/stripe-webhook";

export const dynamic = "force-dynamic";

/** Stripe's webhooks. */
export function POST(request: Request): Promise<Response> {
  return answerStripeWebhook(services(), request);
}
