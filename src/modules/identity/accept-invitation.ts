import { NotFound, record, type Clock, type Database } from "@/kernel";
import { AcceptInvitationInput } from "./inputs";
import { acceptInvitationRow, findOpenInvitation, findUser, lockOrganisation, upsertMember } from "./store";

/** Makes the signed-in user a member by an invitation to their address. Once; never for another address. */
export async function acceptInvitation(
  services: { database: Database; clock: Clock },
  userId: string,
  input: AcceptInvitationInput,
): Promise<{ organisationId: string }> {
  const { invitationId } = AcceptInvitationInput.parse(input);
  const now = services.clock.now();
  return services.database.transaction(async (tx) => {
    const user = await findUser(tx, { id: userId });
    const known = await findOpenInvitation(tx, invitationId);
    if (user === null || known === null || known.email !== user.email || known.expiresAt <= now)
      throw new NotFound("open invitation", invitationId);
    const { organisationId, role } = known;
    await lockOrganisation(tx, organisationId);
    if (!(await acceptInvitationRow(tx, invitationId, now))) throw new NotFound("open invitation", invitationId);
    await upsertMember(tx, { organisationId, userId, role });
    const actor = { kind: "member", userId, organisationId, role } as const;
    await record(tx, actor, {
      action: "identity.member-joined",
      target: userId,
      details: { email: user.email, before: null, after: { role } },
    });
    return { organisationId };
  });
}
