import { NotFound, record, requireRole, type Context, type Role, type Tx } from "@/kernel";
import { LastOwner } from "./errors";
import { ChangeRoleInput } from "./inputs";
import { requireMayGrant } from "./may-grant";
import * as store from "./store";

/** Gives a member another role, which holds from their next request on. An organisation keeps an owner. */
export async function changeRole(ctx: Context, input: ChangeRoleInput): Promise<void> {
  const actor = requireRole(ctx.actor, "admin");
  const { userId, role } = ChangeRoleInput.parse(input);
  await ctx.database.transaction(async (tx) => {
    const member = await lockMember(tx, actor.organisationId, userId);
    requireMayGrant(actor, role, member.role);
    if (member.role === role) return;
    if (member.role === "owner") requireAnotherOwner(member);
    await store.updateMemberRole(tx, actor.organisationId, userId, role);
    await record(tx, actor, {
      action: "identity.role-changed",
      target: userId,
      details: { email: member.email, before: { role: member.role }, after: { role } },
    });
  });
}

interface LockedMember {
  readonly role: Role;
  readonly email: string;
  readonly owners: number;
}

/** Locks the organisation, so that two changes of its members never pass each other, and reads one of them. */
export async function lockMember(tx: Tx, organisationId: string, userId: string): Promise<LockedMember> {
  await store.lockOrganisation(tx, organisationId);
  const members = await store.selectMembers(tx, organisationId);
  const member = members.find((candidate) => candidate.userId === userId);
  if (member === undefined) throw new NotFound("member", userId);
  const owners = members.filter(({ role }) => role === "owner").length;
  return { role: member.role, email: member.user.email, owners };
}

/** Throws LastOwner for the only owner. */
export function requireAnotherOwner(member: LockedMember): void {
  if (member.owners > 1) return;
  throw new LastOwner(`${member.email} is the only owner. Make another member owner first.`, { email: member.email });
}
