import { record, requireRole, type Context } from "@/kernel";
import { languageOf } from "./documents/words";
import { SaveTaxProfileInput } from "./inputs";
import { findProfile, insertProfile, lockBilling, selectProfiles, type ProfileRecord } from "./store/profiles";

const VERSIONS_SHOWN = 20;

/** One version of an organisation's tax profile. */
export type TaxProfileView = Omit<ProfileRecord, "organisationId" | "language"> & {
  readonly language: ReturnType<typeof languageOf>;
};

/** Writes a new version of the organisation's tax profile. The same facts again change nothing. */
export async function saveTaxProfile(ctx: Context, input: SaveTaxProfileInput): Promise<{ version: number }> {
  const actor = requireRole(ctx.actor, "finance");
  const profile = SaveTaxProfileInput.parse(input);
  const { organisationId } = actor;
  return ctx.database.transaction(async (tx) => {
    await lockBilling(tx, organisationId);
    const current = await findProfile(tx, organisationId);
    if (current !== null && sameFacts(current, profile)) return { version: current.version };
    const version = (current?.version ?? 0) + 1;
    await insertProfile(tx, { ...profile, organisationId, version, createdBy: actor.userId });
    await record(tx, actor, {
      action: "billing.tax-profile-saved",
      target: organisationId,
      details: { version, legalName: profile.legalName, country: profile.country, taxId: profile.taxId },
    });
    return { version };
  });
}

/** The organisation's tax profile with the versions before it, newest first. */
export async function readTaxProfile(ctx: Context): Promise<{ versions: TaxProfileView[] }> {
  const { organisationId } = requireRole(ctx.actor, "finance", "viewer");
  const rows = await selectProfiles(ctx.database.reader, organisationId, VERSIONS_SHOWN);
  return {
    versions: rows.map(({ organisationId: _organisationId, language, ...row }) => ({
      ...row,
      language: languageOf(language),
    })),
  };
}

function sameFacts(current: ProfileRecord, next: SaveTaxProfileInput): boolean {
  const facts = (profile: SaveTaxProfileInput): string =>
    JSON.stringify([
      profile.legalName,
      profile.addressLines,
      profile.country,
      profile.taxId,
      profile.exemptionCertificate,
      profile.billingEmails,
      profile.purchaseOrder,
      profile.language,
    ]);
  return facts({ ...current, language: languageOf(current.language) }) === facts(next);
}
