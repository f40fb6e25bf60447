import { micros, record, requireRole, toCents, type Context } from "@/kernel";
import { RailClosed, SandboxClosed } from "./errors";
import { SendTestWireInput } from "./inputs";
import type { Rails } from "./rails";
import { ensureCustomer } from "./stripe/ensure-customer";

/** Plays the sender's bank in the sandbox: a wire of this amount arrives in the organisation's virtual account. */
export async function sendTestWire(ctx: Context, rails: Rails, input: SendTestWireInput): Promise<void> {
  const actor = requireRole(ctx.actor, "finance");
  const { amountMicros, reference } = SendTestWireInput.parse(input);
  if (!rails.sandboxEnabled)
    throw new SandboxClosed("Test wires exist only in the sandbox. Send a wire from your bank.");
  if (rails.stripe === null) throw new RailClosed();
  const customer = await ensureCustomer(ctx, rails.stripe, actor.organisationId);
  await rails.stripe.client.testHelpers.customers.fundCashBalance(customer, {
    amount: toCents(micros(amountMicros)),
    currency: "usd",
    reference,
  });
  const details = { amountMicros: String(amountMicros), reference };
  await ctx.database.transaction((tx) =>
    record(tx, actor, { action: "payments.test-wire", target: customer, details }),
  );
}
