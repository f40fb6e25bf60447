import { newId, record, type Clock, type Database } from "@/kernel";
import { OrganisationNameTaken } from "./errors";
import { CreateOrganisationInput } from "./inputs";
import { findOrganisationBySlug, insertOrganisation, upsertMember } from "./store";

/** Creates an organisation with the signed-in user as its owner. */
export async function createOrganisation(
  services: { database: Database; clock: Clock },
  userId: string,
  input: CreateOrganisationInput,
): Promise<{ organisationId: string }> {
  const { name } = CreateOrganisationInput.parse(input);
  const slug = slugOf(name);
  return services.database.transaction(async (tx) => {
    if (slug === "" || (await findOrganisationBySlug(tx, slug)) !== null)
      throw new OrganisationNameTaken(`The name ${name} is taken or has no letters. Choose another.`, { name });
    const id = newId("organisation", services.clock.now().getTime());
    await insertOrganisation(tx, { id, name, slug });
    await upsertMember(tx, { organisationId: id, userId, role: "owner" });
    const owner = { kind: "member", userId, organisationId: id, role: "owner" } as const;
    await record(tx, owner, { action: "identity.organisation-created", target: id, details: { name } });
    return { organisationId: id };
  });
}

/** A name as part of an address: lower-case letters, digits and single hyphens. */
export function slugOf(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");
}
