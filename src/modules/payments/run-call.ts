import { assert, failpoint, requireSystem, type Context } from "@/kernel";
import { afterCall, afterRefusal } from "./after-call";
import { RailClosed } from "./errors";
import type { Rails } from "./rails";
import { carryOut, findEarlier } from "./stripe/calls";
import { outcomeOf } from "./stripe/outcome";
import { lockCall, updateCall, type CallRecord } from "./store/stripe-calls";

/** Stripe keeps idempotency keys for at least a day; an older call looks for what it made before it asks again. */
const KEY_LIVES_MS = 24 * 3_600_000;

/** Stripe has not said yet what became of a call; it is sent again under the same key. */
class OutcomeUnknown extends Error {
  override name = "OutcomeUnknown";
}

/**
 * Task: carries one call of the outbox out and books what follows from it. At most once at Stripe, whatever breaks where:
 * the key is the row's id, what came of it is written in one transaction, and a repeat of a finished call does nothing.
 */
export async function runCall(ctx: Context, rails: Rails, input: { callId: string }): Promise<void> {
  requireSystem(ctx.actor);
  const { stripe } = rails;
  if (stripe === null) throw new RailClosed();
  const call = await beginAttempt(ctx, input.callId);
  if (call === null) return;
  failpoint("call-attempt-noted");
  try {
    const { firstAttemptAt } = call;
    assert(firstAttemptAt !== null, "an attempt was just noted");
    const old = ctx.clock.now().getTime() - firstAttemptAt.getTime() > KEY_LIVES_MS;
    const earlier = old ? await findEarlier(stripe, call, firstAttemptAt) : null;
    const made = earlier === null ? await carryOut(stripe, call) : { ...earlier, url: null };
    failpoint(`call-carried-out:${call.kind}`);
    await finish(ctx, call.id, { state: "done", externalId: made.externalId }, made.url);
    failpoint(`call-finished:${call.kind}`);
  } catch (error) {
    const outcome = outcomeOf(error);
    if (outcome.kind === "unknown") {
      if (error instanceof Error && error.constructor.name.startsWith("Stripe"))
        throw new OutcomeUnknown(`Stripe call ${call.id} (${call.kind}): ${error.message}`, { cause: error });
      throw error;
    }
    const { message } = outcome;
    const externalId = outcome.kind === "refused" ? outcome.objectId : null;
    const code = outcome.kind === "refused" ? outcome.code : null;
    await finish(ctx, call.id, { state: outcome.kind, externalId, error: message }, null, code);
  }
}

/** Notes that the call is about to be sent. Null when it has ended. */
async function beginAttempt(ctx: Context, callId: string): Promise<CallRecord | null> {
  return ctx.database.transaction(async (tx) => {
    const call = await lockCall(tx, callId);
    if (call?.state !== "pending") return null;
    const firstAttemptAt = call.firstAttemptAt ?? ctx.clock.now();
    await updateCall(tx, callId, { attempts: call.attempts + 1, firstAttemptAt });
    return { ...call, firstAttemptAt };
  });
}

async function finish(
  ctx: Context,
  callId: string,
  end: { state: "done" | "refused" | "blocked"; externalId: string | null; error?: string },
  url: string | null,
  code: string | null = null,
): Promise<void> {
  await ctx.database.transaction(async (tx) => {
    const call = await lockCall(tx, callId);
    if (call?.state !== "pending") return;
    await updateCall(tx, callId, { ...end, endedAt: ctx.clock.now() });
    if (end.state === "done" && end.externalId !== null) await afterCall(ctx, tx, call, { id: end.externalId, url });
    if (end.state === "refused")
      await afterRefusal(ctx, tx, call, { message: end.error ?? "", code, id: end.externalId });
    failpoint(`call-booked:${call.kind}`);
  });
}
