import { assert, type Tx } from "@/kernel";
import { findOrganisation } from "./store";

/** What an organisation is called. */
export async function organisationName(tx: Tx, organisationId: string): Promise<string> {
  const organisation = await findOrganisation(tx, organisationId);
  assert(organisation !== null, "organisations are never deleted");
  return organisation.name;
}
