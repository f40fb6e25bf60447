import { emailAddress, enqueue, newId, record, requireRole, type Context } from "@/kernel";
import { AlreadyMember, EmailRefused } from "./errors";
import { InviteMemberInput } from "./inputs";
import { requireMayGrant } from "./may-grant";
import * as store from "./store";

const VALID_DAYS = 14;
const DAY_MS = 86_400_000;

/** Invites an e-mail address into the organisation. Inviting it again takes the earlier invitation's place. */
export async function inviteMember(ctx: Context, input: InviteMemberInput): Promise<{ invitationId: string }> {
  const actor = requireRole(ctx.actor, "admin");
  const { email: text, role } = InviteMemberInput.parse(input);
  requireMayGrant(actor, role);
  const email = emailAddress(text);
  if (email === null) throw new EmailRefused(`${text} is not an address that can sign in here. Check its spelling.`);
  const now = ctx.clock.now();
  const { organisationId } = actor;
  const id = newId("invitation", now.getTime());
  await ctx.database.transaction(async (tx) => {
    const organisation = await store.lockOrganisation(tx, organisationId);
    const members = await store.selectMembers(tx, organisationId);
    if (members.some(({ user }) => user.email === email))
      throw new AlreadyMember(`${email} is a member already. Change their role in the list instead.`, { email });
    await store.withdrawInvitations(tx, { organisationId, email }, now);
    const expiresAt = new Date(now.getTime() + VALID_DAYS * DAY_MS);
    await store.insertInvitation(tx, { id, organisationId, email, role, invitedBy: actor.userId, expiresAt });
    await enqueue(tx, "send-mail", {
      to: email,
      subject: `${organisation.name} invites you to Trainyard`,
      text: `You are invited to join ${organisation.name} as ${role}. Sign in with this address and accept; the invitation lasts ${VALID_DAYS} days.`,
      path: "/welcome",
    });
    await record(tx, actor, {
      action: "identity.member-invited",
      target: id,
      details: { email, before: null, after: { role } },
    });
  });
  return { invitationId: id };
}
