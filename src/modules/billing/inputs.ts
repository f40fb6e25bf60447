import { z } from "zod";
import { DocumentAsset, DocumentKind, LANGUAGES } from "./documents/snapshot";
import { isInEuropeanUnion } from "./tax/rates";

const Text = (max: number) => z.string().trim().min(1).max(max);

/** A VAT id of an EU country begins with the country's own letters (Greece writes EL). */
const EU_TAX_ID = /^[A-Z]{2}[0-9A-Z+*]{2,12}$/;

export const SaveTaxProfileInput = z
  .strictObject({
    legalName: Text(120),
    addressLines: z.array(Text(120)).min(1, "An address has at least one line.").max(5),
    country: z
      .string()
      .trim()
      .toUpperCase()
      .regex(/^[A-Z]{2}$/, "Choose a country."),
    taxId: z
      .string()
      .transform((id) => id.replace(/[\s.-]/g, "").toUpperCase())
      .pipe(z.string().max(30))
      .transform((id) => (id === "" ? null : id))
      .nullable(),
    exemptionCertificate: Text(60).nullable(),
    billingEmails: z
      .array(z.email("Write a whole e-mail address.").max(200))
      .min(1, "Name at least one e-mail address.")
      .max(10),
    purchaseOrder: Text(60).nullable(),
    language: z.enum(LANGUAGES),
  })
  .superRefine(({ country, taxId }, refusal) => {
    if (taxId === null || !isInEuropeanUnion(country)) return;
    const letters = country === "GR" ? "EL" : country;
    if (EU_TAX_ID.test(taxId) && taxId.startsWith(letters)) return;
    refusal.addIssue({
      code: "custom",
      path: ["taxId"],
      message: `A VAT id of this country begins with ${letters}, as in ${letters}123456789. Leave it empty if there is none.`,
    });
  });
export type SaveTaxProfileInput = z.infer<typeof SaveTaxProfileInput>;

export const Month = z.string().regex(/^\d{4}-(0[1-9]|1[0-2])$/, "A month is written like 2026-11.");

export const CloseMonthInput = z.strictObject({ month: Month });
export type CloseMonthInput = z.infer<typeof CloseMonthInput>;

export const IssueInvoiceInput = z.strictObject({ idempotencyKey: z.string().min(8).max(100) });
export type IssueInvoiceInput = z.infer<typeof IssueInvoiceInput>;

export const IssueCreditNoteInput = z.strictObject({
  invoiceId: z.string().max(64),
  lines: z
    .array(
      z.strictObject({
        section: z.int().min(0).max(10),
        line: z.int().min(0).max(100_000),
        amountMicros: z.bigint().positive("Credit more than nothing."),
      }),
    )
    .min(1)
    .max(500),
  reason: Text(300),
  idempotencyKey: z.string().min(8).max(100),
});
export type IssueCreditNoteInput = z.infer<typeof IssueCreditNoteInput>;

export const ListDocumentsInput = z.strictObject({
  kind: DocumentKind.optional(),
  beforeId: z.string().max(64).optional(),
});
export type ListDocumentsInput = z.infer<typeof ListDocumentsInput>;

export const DocumentInput = z.strictObject({ documentId: z.string().max(64) });
export type DocumentInput = z.infer<typeof DocumentInput>;

const Day = z.iso.date("A day is written like 2026-11-25.");

/** The half-open span of time that a period of whole days stands for. */
export function spanOf(period: { from: string; to: string }): { from: Date; to: Date } {
  const to = new Date(`${period.to}T00:00:00.000Z`);
  to.setUTCDate(to.getUTCDate() + 1);
  return { from: new Date(`${period.from}T00:00:00.000Z`), to };
}

export const ExportFormat = z.enum([
  "quickbooks",
  "xero-statement",
  "xero-bills",
  "netsuite-bills",
  "journal-csv",
  "journal-jsonl",
  "focus",
  "camt053",
]);
export type ExportFormat = z.infer<typeof ExportFormat>;

export const ExportInput = z.strictObject({
  format: ExportFormat,
  from: Day,
  to: Day,
  asset: DocumentAsset,
  part: z.int().min(1).max(10_000).default(1),
});
export type ExportInput = z.input<typeof ExportInput>;

export const SpendGroup = z.enum(["day", "job", "project", "costCentre", "provider"]);
export type SpendGroup = z.infer<typeof SpendGroup>;

const SpendFilter = z.strictObject({
  day: Day.optional(),
  jobId: z.string().max(64).optional(),
  /** Null is the spend without a project. */
  project: z.string().max(120).nullable().optional(),
  costCentre: z.string().max(120).nullable().optional(),
  providerId: z.string().max(64).optional(),
});
export type SpendFilter = z.infer<typeof SpendFilter>;

const SpendQuery = { from: Day, to: Day, asset: DocumentAsset, filter: SpendFilter.default({}) };

export const ReadSpendInput = z.strictObject({
  ...SpendQuery,
  groupBy: SpendGroup,
  offset: z.int().min(0).max(100_000).default(0),
});
export type ReadSpendInput = z.input<typeof ReadSpendInput>;

export const ListSpendSegmentsInput = z.strictObject({
  ...SpendQuery,
  beforeId: z
    .string()
    .regex(/^\d{1,19}$/)
    .optional(),
});
export type ListSpendSegmentsInput = z.input<typeof ListSpendSegmentsInput>;
