import { record, type Context, type Tx } from "@/kernel";
import { lockProfile, updateProfile } from "./store/profiles";

/** An automatic payment that came to nothing. `code` is Stripe's reason. */
interface FailedTopUp {
  readonly topUpId: string;
  readonly organisationId: string;
  readonly code: string | null;
  readonly message: string;
}

/**
 * Stops an organisation's automatic top-ups after one was refused, so that a card which does not work is not charged again and
 * again. A member of finance switches them on again.
 */
export async function pauseAutoTopUp(ctx: Context, tx: Tx, failed: FailedTopUp): Promise<void> {
  const { topUpId, organisationId, code, message } = failed;
  const profile = await lockProfile(tx, organisationId);
  if (!profile.autoTopUpEnabled) return;
  const reason = pauseWords(code, message);
  await updateProfile(tx, organisationId, { autoTopUpEnabled: false, autoTopUpPausedReason: reason });
  await record(tx, ctx.actor, {
    action: "payments.auto-top-up-paused",
    target: topUpId,
    organisationId,
    details: { reason, code },
  });
}

function pauseWords(code: string | null, message: string): string {
  if (code === "authentication_required")
    return "The bank of the saved card wants every payment confirmed by a person, so the card cannot refill the balance by itself. Add funds with another card once, then switch the automatic top-up on again.";
  return `The saved card was refused: ${message} Add funds by card once, so that a card that works is saved, then switch the automatic top-up on again.`;
}
