import type { Tx } from "@/kernel";
import { findOrganisation } from "./store";

/** Whether an organisation is the operator of this market. */
export async function isPlatformOrganisation(tx: Tx, organisationId: string): Promise<boolean> {
  const organisation = await findOrganisation(tx, organisationId);
  return organisation?.isPlatform === true;
}
