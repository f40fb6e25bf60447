import { record, requireMember, requireRole, type Context } from "@/kernel";
import { lockMember, requireAnotherOwner } from "./change-role";
import { RemoveMemberInput } from "./inputs";
import { requireMayGrant } from "./may-grant";
import { deleteMember } from "./store";

/** Ends a membership at once; what the person did stays. Admins remove others, everybody may leave. Never the last owner. */
export async function removeMember(ctx: Context, input: RemoveMemberInput): Promise<void> {
  const { userId } = RemoveMemberInput.parse(input);
  const self = requireMember(ctx.actor);
  const actor = self.userId === userId ? self : requireRole(ctx.actor, "admin");
  await ctx.database.transaction(async (tx) => {
    const member = await lockMember(tx, actor.organisationId, userId);
    if (actor.userId !== userId) requireMayGrant(actor, member.role);
    if (member.role === "owner") requireAnotherOwner(member);
    await deleteMember(tx, actor.organisationId, userId);
    await record(tx, actor, {
      action: "identity.member-removed",
      target: userId,
      details: { email: member.email, before: { role: member.role }, after: null },
    });
  });
}
