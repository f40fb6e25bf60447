import { z } from "zod";

/** Micro-dollars as decimal text: JSON has no integers of this size. */
const AmountText = z.string().regex(/^-?\d{1,19}$/);
const Nullable = <T extends z.ZodType>(schema: T) => schema.nullable();

export const DocumentKind = z.enum([
  "receipt",
  "refund_receipt",
  "invoice",
  "credit_note",
  "statement",
  "self_billing",
]);
export type DocumentKind = z.infer<typeof DocumentKind>;

/** The assets money is kept in. They never meet in one sum. */
export const DocumentAsset = z.enum(["USD", "USDC"]);
export type DocumentAsset = z.infer<typeof DocumentAsset>;

export const LANGUAGES = ["en", "de", "fr"] as const;

/** Whoever sells or buys, frozen as it was when the document was issued. */
const Party = z.strictObject({
  legalName: z.string(),
  addressLines: z.array(z.string()),
  country: Nullable(z.string()),
  countryName: Nullable(z.string()),
  taxId: Nullable(z.string()),
  email: Nullable(z.string()),
  /** The version of the organisation's tax profile; null for the platform's own settings and for a mere name. */
  profileVersion: Nullable(z.int()),
});
export type DocumentParty = z.infer<typeof Party>;

/** What a buyer says of a job for its own books. */
const Labels = z.strictObject({
  project: Nullable(z.string()),
  costCentre: Nullable(z.string()),
  purchaseOrder: Nullable(z.string()),
  tags: z.record(z.string(), z.string()),
});

/** The proof behind a line: a range of verified segments of one job, from its first commitment to its chain head. */
const Evidence = z.strictObject({
  firstIndex: z.int(),
  lastIndex: z.int(),
  firstCommitment: z.string(),
  lastCommitment: z.string(),
});

const Line = z.strictObject({
  description: z.string(),
  jobId: Nullable(z.string()),
  jobName: Nullable(z.string()),
  counterparty: Nullable(z.string()),
  labels: Labels,
  evidence: Nullable(Evidence),
  quantity: z.int(),
  unit: z.enum(["segment", "audit", "payment", "credit"]),
  netMicros: AmountText,
  taxMicros: AmountText,
  grossMicros: AmountText,
  /** The ledger entries that the gross amount is the sum of. */
  entryIds: z.array(z.string()),
});
export type DocumentLine = z.infer<typeof Line>;

const Tax = z.strictObject({
  treatment: z.string(),
  category: z.string(),
  country: Nullable(z.string()),
  rateBps: z.int(),
  wording: Nullable(z.string()),
});

/** Everything of a document in one asset. */
const Section = z.strictObject({
  asset: DocumentAsset,
  settledBy: z.enum(["balance", "escrow", "rail", "earnings"]),
  lines: z.array(Line),
  tax: Tax,
  netMicros: AmountText,
  taxMicros: AmountText,
  grossMicros: AmountText,
  roundingMicros: AmountText,
  payableMicros: AmountText,
});
export type DocumentSection = z.infer<typeof Section>;

/** One book of a statement: opening + movements = closing, to the micro-dollar. */
const Account = z.strictObject({
  asset: DocumentAsset,
  book: z.enum(["funds", "earnings"]),
  openingMicros: AmountText,
  movements: z.array(z.strictObject({ kind: z.string(), count: z.int(), amountMicros: AmountText })),
  closingMicros: AmountText,
});
export type StatementAccount = z.infer<typeof Account>;

/**
 * A document as it was issued: the whole of it, and the only thing its PDF is made from. Never changed; its hash is over
 * its canonical JSON.
 */
export const DocumentSnapshot = z.strictObject({
  format: z.literal("trainyard-document/1"),
  kind: DocumentKind,
  number: z.string(),
  issuedAt: z.iso.datetime(),
  period: Nullable(z.strictObject({ from: z.iso.datetime(), to: z.iso.datetime() })),
  language: z.enum(LANGUAGES),
  seller: Party,
  buyer: Party,
  purchaseOrder: Nullable(z.string()),
  /** The invoice that a credit note is about, or the payment that a receipt confirms. */
  reference: Nullable(z.string()),
  reason: Nullable(z.string()),
  sections: z.array(Section),
  accounts: z.array(Account),
  footer: z.string(),
});
export type DocumentSnapshot = z.infer<typeof DocumentSnapshot>;

/** What a document says before it has a number. */
export type DocumentDraft = Omit<DocumentSnapshot, "format" | "number" | "issuedAt">;
