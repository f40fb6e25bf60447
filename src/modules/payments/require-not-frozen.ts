import type { Tx } from "@/kernel";
import { OrganisationFrozen } from "./errors";
import { findProfile } from "./store/profiles";

/** Throws OrganisationFrozen while a payer's bank disputes money that the organisation brought in. */
export async function requireNotFrozen(tx: Tx, organisationId: string): Promise<void> {
  const profile = await findProfile(tx, organisationId);
  if (profile === null || profile.frozenAt === null) return;
  throw new OrganisationFrozen(
    `Your organisation cannot post jobs at the moment: ${profile.frozenReason ?? "a payment is disputed."} It is free again when the dispute is closed. See Billing.`,
  );
}
