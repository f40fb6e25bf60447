import {
  assert,
  failpoint,
  floorToCents,
  formatUsd,
  micros,
  newId,
  record,
  requireRole,
  toCents,
  type Context,
} from "@/kernel";
import { lockPayable, openPayout } from "@/modules/ledger";
import { AmountRefused, NotEnough, PayoutsNotReady, RailClosed } from "./errors";
import { RequestPayoutInput } from "./inputs";
import { queueCall } from "./queue-call";
import type { Rails } from "./rails";
import { findPayoutByKey, insertPayout } from "./store/payouts";
import { lockProfile } from "./store/profiles";

/** Below this a payout's own cost eats it. */
const PAYOUT_MICROS_MIN = 1_000_000n;

/** Sends earnings to the provider's bank. Idempotent on the key. What is younger than the hold stays for now. */
export async function requestPayout(
  ctx: Context,
  rails: Rails,
  input: RequestPayoutInput,
): Promise<{ payoutId: string }> {
  const actor = requireRole(ctx.actor, "finance");
  const { amountMicros, idempotencyKey } = RequestPayoutInput.parse(input);
  if (rails.stripe === null) throw new RailClosed();
  if (amountMicros < PAYOUT_MICROS_MIN)
    throw new AmountRefused(`The smallest payout is ${formatUsd(PAYOUT_MICROS_MIN)}.`);
  const { organisationId } = actor;
  const now = ctx.clock.now();
  return ctx.database.transaction(async (tx) => {
    const profile = await lockProfile(tx, organisationId);
    const known = await findPayoutByKey(tx, organisationId, idempotencyKey);
    if (known !== null) return { payoutId: known.id };
    const { connectedAccountId, transfersActive, payoutsEnabled } = profile;
    if (connectedAccountId === null || !transfersActive || !payoutsEnabled)
      throw new PayoutsNotReady(
        "Your account at Stripe is not ready for payouts. Finish its set-up under Earnings; your earnings stay here meanwhile.",
      );
    const payable = floorToCents(await lockPayable(tx, organisationId, new Date(now.getTime() - rails.payoutHoldMs)));
    if (payable < amountMicros)
      throw new NotEnough(
        `${formatUsd(payable)} can be paid out now. Younger earnings wait ${Math.round(rails.payoutHoldMs / 3_600_000)} hours for disputes to show up.`,
        { payableMicros: String(payable), requestedMicros: String(amountMicros) },
      );
    const payoutId = newId("payout", now.getTime());
    const amount = micros(amountMicros);
    const row = { id: payoutId, organisationId, amountMicros: amount, accountId: connectedAccountId, idempotencyKey };
    assert(await insertPayout(tx, { ...row, createdBy: actor.userId, createdAt: now }), "the profile's lock is held");
    await openPayout(tx, { payoutId, organisationId, amount });
    failpoint("payout-opened");
    await queueCall(tx, {
      kind: "transfer",
      reference: payoutId,
      request: {
        cents: toCents(amount),
        destination: connectedAccountId,
        group: payoutId,
        metadata: { payoutId, organisationId },
      },
      nowMs: now.getTime(),
    });
    await record(tx, actor, {
      action: "payments.payout-requested",
      target: payoutId,
      details: { amountMicros: String(amount) },
    });
    failpoint("payout-queued");
    return { payoutId };
  });
}
