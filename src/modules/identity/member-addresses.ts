import type { Role, Tx } from "@/kernel";
import { selectMembers } from "./store";

/** A member as other modules know them: who, in which role, and where mail reaches them. */
export interface MemberAddress {
  readonly userId: string;
  readonly email: string;
  readonly name: string | null;
  readonly role: Role;
}

/** The members of an organisation as they stand in this transaction, oldest first. The caller has checked the actor. */
export async function memberAddresses(tx: Tx, organisationId: string): Promise<MemberAddress[]> {
  const rows = await selectMembers(tx, organisationId);
  return rows.map(({ user, role }) => ({ userId: user.id, email: user.email, name: user.name, role }));
}
