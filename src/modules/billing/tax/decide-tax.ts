import { micros, type Micros } from "@/kernel";
import { isInEuropeanUnion, standardRateBps } from "./rates";

/** What the decision needs to know of a party. */
export interface TaxParty {
  /** ISO 3166-1 alpha-2; null while the organisation has said nothing. */
  readonly country: string | null;
  readonly taxId: string | null;
  readonly exemptionCertificate: string | null;
}

/** The tax of a supply from one party to another. `category` is the EN 16931 code (UNCL 5305). */
export interface TaxDecision {
  readonly treatment: "domestic" | "destination" | "reverse-charge" | "exempt" | "outside-scope" | "none";
  readonly category: "S" | "AE" | "E" | "G" | "O";
  readonly country: string | null;
  readonly rateBps: bigint;
  /** What the document must say, or null where the rate says it all. */
  readonly wording: string | null;
}

const untaxed = (
  treatment: TaxDecision["treatment"],
  category: TaxDecision["category"],
  wording: string,
): TaxDecision => ({ treatment, category, country: null, rateBps: 0n, wording });

/**
 * Which tax a supply of electronic services bears. Pure: a table of standard rates, the reverse charge between businesses
 * of two EU countries, exemption, and none from sellers whose country has no VAT. A buyer without a country is taxed like
 * one at the seller's door, which is the side that never owes the state anything.
 */
export function decideTax(seller: TaxParty, buyer: TaxParty): TaxDecision {
  const home = seller.country === null ? null : standardRateBps(seller.country);
  if (seller.country === null || home === null)
    return untaxed("none", "O", "No VAT or sales tax is charged on this supply.");
  const destination = buyer.country ?? seller.country;
  if (buyer.exemptionCertificate !== null)
    return untaxed("exempt", "E", `Tax exempt under certificate ${buyer.exemptionCertificate}.`);
  if (destination === seller.country)
    return { treatment: "domestic", category: "S", country: seller.country, rateBps: home, wording: null };
  if (!isInEuropeanUnion(seller.country) || !isInEuropeanUnion(destination))
    return untaxed("outside-scope", "G", "Services supplied to a customer abroad: outside the scope of VAT.");
  if (buyer.taxId !== null)
    return untaxed(
      "reverse-charge",
      "AE",
      "Reverse charge: the customer accounts for VAT (Directive 2006/112/EC, Article 196).",
    );
  const rateBps = standardRateBps(destination) ?? home;
  return { treatment: "destination", category: "S", country: destination, rateBps, wording: null };
}

const BPS = 10_000n;

/** Splits an amount that includes its tax. Rounded to the micro-dollar, half up; net + tax is the amount exactly. */
export function splitTax(gross: bigint, rateBps: bigint): { net: Micros; tax: Micros } {
  const size = gross < 0n ? -gross : gross;
  const whole = BPS + rateBps;
  const tax = (size * rateBps * 2n + whole) / (whole * 2n);
  const signed = gross < 0n ? -tax : tax;
  return { net: micros(gross - signed), tax: micros(signed) };
}
