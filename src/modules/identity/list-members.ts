import { requireMember, type Context, type Role } from "@/kernel";
import { selectMembers } from "./store";

export interface MemberView {
  readonly userId: string;
  readonly email: string;
  readonly name: string | null;
  readonly role: Role;
  readonly joinedAt: Date;
}

/** The organisation's members, oldest first. */
export async function listMembers(ctx: Context): Promise<MemberView[]> {
  const { organisationId } = requireMember(ctx.actor);
  const rows = await selectMembers(ctx.database.reader, organisationId);
  return rows.map(({ user, role, createdAt }) => ({
    userId: user.id,
    email: user.email,
    name: user.name,
    role,
    joinedAt: createdAt,
  }));
}
