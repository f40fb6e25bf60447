import type { Database, Role } from "@/kernel";
import { selectMemberships } from "./store";

export interface Membership {
  readonly organisationId: string;
  readonly organisationName: string;
  readonly role: Role;
}

/** The organisations a user belongs to, oldest membership first. For the signed-in user only: the caller proved who it is. */
export async function listMemberships(database: Database, userId: string): Promise<Membership[]> {
  const rows = await selectMemberships(database.reader, userId);
  return rows.map(({ organisation, role }) => ({
    organisationId: organisation.id,
    organisationName: organisation.name,
    role,
  }));
}
