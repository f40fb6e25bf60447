import { z } from "zod";

const Line = z.string().trim().min(1).max(120);

/** The legal entity behind this installation, as its documents name it. */
export const SellerProfile = z.strictObject({
  /** Names the entity in number series; never reused for another entity. */
  legalEntity: z.string().regex(/^[a-z0-9][a-z0-9-]{1,40}$/),
  legalName: Line,
  addressLines: z.array(Line).min(1).max(5),
  country: z.string().regex(/^[A-Z]{2}$/),
  taxId: z.string().max(30).nullable(),
  email: z.email().max(200),
  /** What stands at the foot of every document, such as a register entry. */
  footer: z.string().max(200).default(""),
});
export type SellerProfile = z.infer<typeof SellerProfile>;

/** The seller of an installation that nobody has given one: a fictional company of the sandbox. */
export const SANDBOX_SELLER: SellerProfile = {
  legalEntity: "trainyard-sandbox",
  legalName: "Trainyard Sandbox Ltd",
  addressLines: ["1 Example Quay", "Dublin D02 XY00"],
  country: "IE",
  taxId: "IE0000000X",
  email: "billing@trainyard.example",
  footer: "Sandbox document: no real money moved and this company does not exist.",
};
