import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decideTax, splitTax, type TaxParty } from "./decide-tax";

const party = (country: string | null, taxId: string | null = null, certificate: string | null = null): TaxParty => ({
  country,
  taxId,
  exemptionCertificate: certificate,
});
const irish = party("IE", "IE1234567T");

describe("the tax of a supply", () => {
  it.each([
    ["a customer at home", irish, party("IE", "IE7654321W"), "domestic", 2_300n],
    ["a business in another EU country", irish, party("DE", "DE123456789"), "reverse-charge", 0n],
    ["somebody in another EU country without a VAT id", irish, party("FI"), "destination", 2_550n],
    ["a customer in the United States", irish, party("US", "12-3456789"), "outside-scope", 0n],
    ["a customer who has said nothing", irish, party(null), "domestic", 2_300n],
    ["an exempt customer at home", irish, party("IE", null, "56A-113"), "exempt", 0n],
    ["a seller in the United States", party("US"), party("DE", "DE123456789"), "none", 0n],
    ["a British seller to a German business", party("GB"), party("DE", "DE123456789"), "outside-scope", 0n],
    ["a British seller at home", party("GB"), party("GB"), "domestic", 2_000n],
  ] as const)("%s", (_name, seller, buyer, treatment, rateBps) => {
    expect(decideTax(seller, buyer)).toMatchObject({ treatment, rateBps });
  });

  it("says Reverse charge where the customer accounts for the tax", () => {
    expect(decideTax(irish, party("FR", "FR12345678901")).wording).toMatch(/^Reverse charge/);
  });

  it("splits an amount into net and tax that add up to it exactly, on both sides of zero", () => {
    expect(splitTax(123_000_000n, 2_300n)).toEqual({ net: 100_000_000n, tax: 23_000_000n });
    fc.assert(
      fc.property(
        fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n }),
        fc.bigInt({ min: 0n, max: 3_000n }),
        (gross, rateBps) => {
          const { net, tax } = splitTax(gross, rateBps);
          expect(net + tax).toBe(gross);
          const mirrored = splitTax(-gross, rateBps);
          expect(mirrored.tax + tax).toBe(0n);
          const error = tax * (10_000n + rateBps) - gross * rateBps;
          expect(error * 2n <= 10_000n + rateBps && error * 2n >= -(10_000n + rateBps)).toBe(true);
        },
      ),
    );
  });
});
