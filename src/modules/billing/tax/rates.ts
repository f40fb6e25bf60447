/** Standard VAT rates in hundredths of a percent, by country; the member states of the European Union first. */
const EU_RATES_BPS: Readonly<Record<string, bigint>> = {
  AT: 2_000n,
  BE: 2_100n,
  BG: 2_000n,
  CY: 1_900n,
  CZ: 2_100n,
  DE: 1_900n,
  DK: 2_500n,
  EE: 2_400n,
  ES: 2_100n,
  FI: 2_550n,
  FR: 2_000n,
  GR: 2_400n,
  HR: 2_500n,
  HU: 2_700n,
  IE: 2_300n,
  IT: 2_200n,
  LT: 2_100n,
  LU: 1_700n,
  LV: 2_100n,
  MT: 1_800n,
  NL: 2_100n,
  PL: 2_300n,
  PT: 2_300n,
  RO: 2_100n,
  SE: 2_500n,
  SI: 2_200n,
  SK: 2_300n,
};

const OTHER_RATES_BPS: Readonly<Record<string, bigint>> = { CH: 810n, GB: 2_000n, NO: 2_500n };

/** Whether a country is in the VAT area of the European Union. */
export function isInEuropeanUnion(country: string): boolean {
  return country in EU_RATES_BPS;
}

/** A country's standard rate; null where the table has none, as in the United States. */
export function standardRateBps(country: string): bigint | null {
  return EU_RATES_BPS[country] ?? OTHER_RATES_BPS[country] ?? null;
}
