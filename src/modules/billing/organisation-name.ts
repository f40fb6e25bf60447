import { assert, type Tx } from "@/kernel";
import { findOrganisation } from "./store/profiles";

/** An organisation's name, for documents before it has a tax profile. */
export async function organisationName(tx: Tx, organisationId: string): Promise<string> {
  const found = await findOrganisation(tx, organisationId);
  assert(found !== null, "whoever has money is an organisation");
  return found.name;
}
