import type { SellerProfile } from "../seller-profile";
import type { ProfileRecord } from "../store/profiles";
import type { TaxParty } from "../tax/decide-tax";
import type { DocumentParty } from "./snapshot";

const countries = new Intl.DisplayNames(["en"], { type: "region" });

/** A country's name in English, kept in the snapshot so that no later list of names changes a document. */
function countryName(country: string): string {
  return countries.of(country) ?? country;
}

/** The platform as a party. */
export function platformParty(seller: SellerProfile): DocumentParty {
  const { legalName, addressLines, country, taxId, email } = seller;
  return { legalName, addressLines, country, countryName: countryName(country), taxId, email, profileVersion: null };
}

/** An organisation as a party: by the version of its profile that is in force, or by its mere name. */
export function organisationParty(name: string, profile: ProfileRecord | null): DocumentParty {
  if (profile === null)
    return {
      legalName: name,
      addressLines: [],
      country: null,
      countryName: null,
      taxId: null,
      email: null,
      profileVersion: null,
    };
  const { legalName, addressLines, country, taxId, billingEmails, version } = profile;
  return {
    legalName,
    addressLines,
    country,
    countryName: countryName(country),
    taxId,
    email: billingEmails[0] ?? null,
    profileVersion: version,
  };
}

export function platformTaxParty(seller: SellerProfile): TaxParty {
  return { country: seller.country, taxId: seller.taxId, exemptionCertificate: null };
}

export function organisationTaxParty(profile: ProfileRecord | null): TaxParty {
  return {
    country: profile?.country ?? null,
    taxId: profile?.taxId ?? null,
    exemptionCertificate: profile?.exemptionCertificate ?? null,
  };
}
