import { addressOf, isAddressText, type Address } from "../chain/address";

/** What an address may do: take part, wait for a person, or not take part. */
export type ScreeningVerdict = "allow" | "review" | "block";
/** Why an address is looked at: it is linked, it paid, or it is about to be paid. */
export type ScreeningDirection = "link" | "deposit" | "payout";

/** A service that knows of sanctioned addresses. `reference` is its own name for the answer, kept with it. */
export interface Screening {
  readonly source: string;
  screen(
    address: Address,
    direction: ScreeningDirection,
  ): Promise<{ readonly verdict: ScreeningVerdict; readonly reference: string }>;
}

/** Addresses on the sanctions list of the US Treasury (OFAC SDN, programme DPRK3, April 2022). */
const SANCTIONED = [
  "0x098b716b8aaf21512996dc57eb0615e2383e2f96",
  "0xa0e1c89ef1a489c9c7de96311ed5ce5d32c20e4b",
  "0x3cffd56b47b7b41c56258d9c7731abadc360e073",
  "0x53b6936513e738f44fb50d2b9476730c0ab3bfc1",
];

/** A screening against a list on this disk: it asks nobody and is only as fresh as the list. One "address,verdict" a line. */
export function offlineScreening(list: string): Screening {
  const verdicts = new Map<Address, ScreeningVerdict>(SANCTIONED.map((text) => [addressOf(text), "block"]));
  for (const line of list.split("\n")) {
    const [address = "", verdict = "block"] = line.split(",").map((part) => part.trim());
    if (isAddressText(address)) verdicts.set(addressOf(address), verdict === "review" ? "review" : "block");
  }
  return {
    source: "offline list",
    screen: (address) => {
      const verdict = verdicts.get(address) ?? "allow";
      return Promise.resolve({ verdict, reference: verdict === "allow" ? "not listed" : "listed" });
    },
  };
}
