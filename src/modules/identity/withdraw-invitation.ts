import { NotFound, record, requireRole, type Context } from "@/kernel";
import { WithdrawInvitationInput } from "./inputs";
import { findOpenInvitation, withdrawInvitations } from "./store";

/** Takes an open invitation back: its link opens nothing any more. */
export async function withdrawInvitation(ctx: Context, input: WithdrawInvitationInput): Promise<void> {
  const actor = requireRole(ctx.actor, "admin");
  const { invitationId } = WithdrawInvitationInput.parse(input);
  const { organisationId } = actor;
  await ctx.database.transaction(async (tx) => {
    const invitation = await findOpenInvitation(tx, invitationId);
    if (invitation === null || invitation.organisationId !== organisationId)
      throw new NotFound("invitation", invitationId);
    const { email, role } = invitation;
    await withdrawInvitations(tx, { organisationId, email }, ctx.clock.now());
    await record(tx, actor, {
      action: "identity.invitation-withdrawn",
      target: invitationId,
      details: { email, before: { role }, after: null },
    });
  });
}
