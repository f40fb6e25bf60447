import { assert, failpoint, micros, newId, record, requireRole, toCents, type Context } from "@/kernel";
import { DepositMismatch, RailClosed } from "./errors";
import { StartTopUpInput } from "./inputs";
import { queueCall } from "./queue-call";
import type { Rails } from "./rails";
import { runCall } from "./run-call";
import { ensureCustomer } from "./stripe/ensure-customer";
import { findTopUp, findTopUpByKey, insertTopUp, type TopUpRecord } from "./store/top-ups";
import { topUpView, type TopUpView } from "./top-up-view";

/**
 * Opens a hosted page on which the organisation pays by card or bank debit. Idempotent on the key: a double click gets the
 * first page. Without an answer from Stripe the top-up has no page yet; the outbox goes on, and reading it again gets one.
 */
export async function startTopUp(ctx: Context, rails: Rails, input: StartTopUpInput): Promise<TopUpView> {
  const actor = requireRole(ctx.actor, "finance");
  const { amountMicros, method, idempotencyKey } = StartTopUpInput.parse(input);
  if (rails.stripe === null) throw new RailClosed();
  const { organisationId } = actor;
  const customer = await ensureCustomer(ctx, rails.stripe, organisationId);
  const nowMs = ctx.clock.now().getTime();
  const topUpId = newId("topUp", nowMs);
  const begun = await ctx.database.transaction(async (tx) => {
    const row = { id: topUpId, organisationId, method, amountMicros, idempotencyKey, createdBy: actor.userId };
    if (!(await insertTopUp(tx, { ...row, createdAt: ctx.clock.now() }))) return null;
    failpoint("top-up-inserted");
    const callId = await queueCall(tx, {
      kind: "checkout-session",
      reference: topUpId,
      request: {
        cents: toCents(micros(amountMicros)),
        method,
        customer,
        successUrl: `${rails.publicUrl}/billing/top-up/${topUpId}`,
        cancelUrl: `${rails.publicUrl}/billing`,
        metadata: { topUpId, organisationId },
      },
      nowMs,
    });
    await record(tx, actor, {
      action: "payments.top-up-started",
      target: topUpId,
      details: { amountMicros: String(amountMicros), method },
    });
    failpoint("top-up-queued");
    return callId;
  });
  failpoint("top-up-started");
  if (begun === null) return topUpView(await sameTopUp(ctx, organisationId, { amountMicros, method, idempotencyKey }));
  await runNow(ctx, rails, begun);
  const topUp = await findTopUp(ctx.database.reader, topUpId);
  assert(topUp !== null, "the top-up was just made");
  return topUpView(topUp);
}

/** Tries the call at once, so that the payer need not wait for the queue; what does not work now, the queue does. */
async function runNow(ctx: Context, rails: Rails, callId: string): Promise<void> {
  try {
    await runCall({ ...ctx, actor: { kind: "system", task: "stripe-call" } }, rails, { callId });
  } catch (error) {
    if (!(error instanceof Error && error.name === "OutcomeUnknown")) throw error;
  }
}

async function sameTopUp(
  ctx: Context,
  organisationId: string,
  again: { amountMicros: bigint; method: string; idempotencyKey: string },
): Promise<TopUpRecord> {
  const known = await findTopUpByKey(ctx.database.reader, organisationId, again.idempotencyKey);
  assert(known !== null, "a top-up that could not be inserted is there");
  if (known.amountMicros !== again.amountMicros || known.method !== again.method)
    throw new DepositMismatch("This idempotency key was used for another top-up. Use a new key for a new one.");
  return known;
}
