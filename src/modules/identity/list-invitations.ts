import { requireMember, type Context, type Database, type Clock, type Role } from "@/kernel";
import { findUser, selectInvitationsFor, selectOpenInvitations } from "./store";

export interface InvitationView {
  readonly id: string;
  readonly email: string;
  readonly role: Role;
  readonly createdAt: Date;
  readonly expiresAt: Date;
}

/** The organisation's invitations that were not accepted yet, newest first. */
export async function listInvitations(ctx: Context): Promise<InvitationView[]> {
  const { organisationId } = requireMember(ctx.actor);
  const rows = await selectOpenInvitations(ctx.database.reader, organisationId, ctx.clock.now());
  return rows.map(({ id, email, role, createdAt, expiresAt }) => ({ id, email, role, createdAt, expiresAt }));
}

/** An invitation as the invited person sees it. */
export interface OwnInvitation {
  readonly id: string;
  readonly organisationName: string;
  readonly role: Role;
}

/** Who has invited the signed-in user's address. The caller proved who it is, by the link that was sent to that address. */
export async function listOwnInvitations(
  services: { database: Database; clock: Clock },
  userId: string,
): Promise<OwnInvitation[]> {
  const { reader } = services.database;
  const user = await findUser(reader, { id: userId });
  if (user === null) return [];
  const rows = await selectInvitationsFor(reader, user.email, services.clock.now());
  return rows.map(({ id, organisationName, role }) => ({ id, organisationName, role }));
}
