import type { Inputs, Outputs } from "../api/trpc";

export type DocumentKind = Outputs["billing"]["documents"][number]["kind"];
export type ExportFormat = Inputs["billing"]["exportParts"]["format"];
export type SpendGroup = Inputs["billing"]["spend"]["groupBy"];

/** Kinds of document, as people call them. */
export const KIND_WORDS: Readonly<Record<DocumentKind, string>> = {
  invoice: "Tax invoice",
  credit_note: "Credit note",
  statement: "Statement",
  receipt: "Payment receipt",
  refund_receipt: "Refund receipt",
  self_billing: "Self-billed invoice",
};

export const DOCUMENT_KINDS = Object.keys(KIND_WORDS) as DocumentKind[];

/** What each export is and who reads it. */
export const EXPORTS: Readonly<Record<ExportFormat, { readonly title: string; readonly note: string }>> = {
  quickbooks: { title: "QuickBooks bank CSV", note: "Date, Description, Amount; at most 1,000 rows a file" },
  "xero-statement": { title: "Xero statement CSV", note: "The balance as a bank account" },
  "xero-bills": { title: "Xero bills CSV", note: "Invoices line by line, cost centres as tracking" },
  "netsuite-bills": { title: "NetSuite vendor bills", note: "Invoices line by line; at most 5,000 lines a file" },
  "journal-csv": { title: "Journal CSV", note: "Every ledger entry with its ids, to the micro-dollar" },
  "journal-jsonl": { title: "Journal JSONL", note: "The same, one JSON object a line" },
  focus: { title: "FOCUS 1.2 cost CSV", note: "For FinOps tools: cost by job, provider, project and day" },
  camt053: { title: "camt.053 XML", note: "Bank statement of ISO 20022 for European ERPs; dollars only" },
};

export const EXPORT_FORMATS = Object.keys(EXPORTS) as ExportFormat[];

/** What spend can be told apart by. */
export const GROUP_WORDS: Readonly<Record<SpendGroup, string>> = {
  day: "Day",
  job: "Job",
  project: "Project",
  costCentre: "Cost centre",
  provider: "Provider",
};

export const SPEND_GROUPS = Object.keys(GROUP_WORDS) as SpendGroup[];

/** A span of whole days in UTC, as the server takes it. */
export interface DaySpan {
  readonly from: string;
  readonly to: string;
}

/** The month that lies `back` months before the one of `now`. */
export function monthBack(now: Date, back: number): DaySpan {
  const year = now.getUTCFullYear();
  const month = now.getUTCMonth() - back;
  const day = (at: number): string => new Date(at).toISOString().slice(0, 10);
  return { from: day(Date.UTC(year, month, 1)), to: day(Date.UTC(year, month + 1, 0)) };
}

const MONTH_NAMES = new Intl.DateTimeFormat("en", { month: "long", year: "numeric", timeZone: "UTC" });

/** "2026-11" as "November 2026". */
export function monthWords(month: string): string {
  return MONTH_NAMES.format(new Date(`${month}-01T00:00:00Z`));
}

/** Every day of a span, so that a chart shows the days without spend too. */
export function daysOf({ from, to }: DaySpan): string[] {
  const days: string[] = [];
  const last = Date.parse(`${to}T00:00:00Z`);
  for (let at = Date.parse(`${from}T00:00:00Z`); at <= last && days.length < 400; at += 86_400_000)
    days.push(new Date(at).toISOString().slice(0, 10));
  return days;
}
