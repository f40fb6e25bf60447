import { csvLine, type Cell } from "@/kernel";
import { decimalText } from "../cents";
import type { DocumentAsset } from "../documents/snapshot";
import { monthSpan } from "../month";

/** Spend of one day on one job with one provider at one price, or a credit of that day. */
export interface CostRow {
  readonly day: string;
  readonly category: "Usage" | "Credit";
  readonly jobId: string;
  readonly jobName: string;
  readonly template: string;
  readonly providerId: string | null;
  readonly providerName: string | null;
  readonly invoiceNumber: string | null;
  readonly segments: number;
  readonly unitPriceMicros: bigint | null;
  readonly amountMicros: bigint;
  readonly project: string | null;
  readonly costCentre: string | null;
  readonly purchaseOrder: string | null;
  readonly tags: Readonly<Record<string, string>>;
  readonly firstCommitment: string | null;
  readonly lastCommitment: string | null;
}

/** Whose costs they are, and who bills them. */
export interface CostAccount {
  readonly organisationId: string;
  readonly organisationName: string;
  readonly asset: DocumentAsset;
  readonly issuerName: string;
}

/**
 * FinOps FOCUS 1.2, columns in the specification's order: every mandatory one, those that apply here, and our own with the
 * prefix x_. A segment has one price, so list, contracted and effective cost are what was billed.
 */
const COLUMNS: readonly (readonly [string, (row: CostRow, account: CostAccount) => Cell])[] = [
  ["BilledCost", cost],
  ["BillingAccountId", (_row, account) => account.organisationId],
  ["BillingAccountName", (_row, account) => account.organisationName],
  ["BillingAccountType", () => "Organisation"],
  ["BillingCurrency", (_row, account) => account.asset],
  ["BillingPeriodEnd", (row) => monthSpan(row.day.slice(0, 7)).to.toISOString()],
  ["BillingPeriodStart", (row) => monthSpan(row.day.slice(0, 7)).from.toISOString()],
  ["ChargeCategory", (row) => row.category],
  ["ChargeClass", () => ""],
  [
    "ChargeDescription",
    (row) =>
      row.category === "Usage"
        ? `${row.segments} verified training segments of ${row.jobName}`
        : `Credit for ${row.jobName}`,
  ],
  ["ChargeFrequency", (row) => (row.category === "Usage" ? "Usage-Based" : "One-Time")],
  ["ChargePeriodEnd", (row) => nextDay(row.day)],
  ["ChargePeriodStart", (row) => `${row.day}T00:00:00.000Z`],
  ["ConsumedQuantity", quantity],
  ["ConsumedUnit", unit],
  ["ContractedCost", cost],
  ["ContractedUnitPrice", unitPrice],
  ["EffectiveCost", cost],
  ["InvoiceId", (row) => row.invoiceNumber ?? ""],
  ["InvoiceIssuerName", (_row, account) => account.issuerName],
  ["ListCost", cost],
  ["ListUnitPrice", unitPrice],
  ["PricingCategory", (row) => (row.category === "Usage" ? "Dynamic" : "")],
  ["PricingCurrency", (_row, account) => account.asset],
  ["PricingQuantity", quantity],
  ["PricingUnit", unit],
  ["ProviderName", () => "Trainyard"],
  ["PublisherName", (row) => row.providerName ?? "Trainyard"],
  ["ResourceId", (row) => row.jobId],
  ["ResourceName", (row) => row.jobName],
  ["ResourceType", () => "Training job"],
  ["ServiceCategory", () => "AI and Machine Learning"],
  ["ServiceName", () => "Verified training"],
  ["ServiceSubcategory", () => "Machine Learning"],
  ["SkuId", (row) => (row.category === "Usage" ? `verified-segment/${row.template}` : "")],
  ["SkuMeter", (row) => (row.category === "Usage" ? "Verified segments" : "")],
  ["SkuPriceId", (row) => (row.unitPriceMicros === null ? "" : `verified-segment/${row.jobId}/${row.unitPriceMicros}`)],
  ["SubAccountId", (row) => row.project ?? ""],
  ["SubAccountName", (row) => row.project ?? ""],
  ["SubAccountType", (row) => (row.project === null ? "" : "Project")],
  ["Tags", (row) => JSON.stringify(row.tags)],
  ["x_ComputeProviderId", (row) => row.providerId ?? ""],
  ["x_CostCentre", (row) => row.costCentre ?? ""],
  ["x_FirstCommitment", (row) => row.firstCommitment ?? ""],
  ["x_LastCommitment", (row) => row.lastCommitment ?? ""],
  ["x_PurchaseOrder", (row) => row.purchaseOrder ?? ""],
];

export async function* focus(rows: AsyncIterable<CostRow>, account: CostAccount): AsyncGenerator<string> {
  yield csvLine(COLUMNS.map(([name]) => name));
  for await (const row of rows) yield csvLine(COLUMNS.map(([, cell]) => cell(row, account)));
}

function cost(row: CostRow): Cell {
  return { number: decimalText(row.amountMicros, 6) };
}

function quantity(row: CostRow): Cell {
  return { number: row.category === "Usage" ? String(row.segments) : "" };
}

function unit(row: CostRow): Cell {
  return row.category === "Usage" ? "Segments" : "";
}

function unitPrice(row: CostRow): Cell {
  return { number: row.unitPriceMicros === null ? "" : decimalText(row.unitPriceMicros, 6) };
}

function nextDay(day: string): string {
  const next = new Date(`${day}T00:00:00.000Z`);
  next.setUTCDate(next.getUTCDate() + 1);
  return next.toISOString();
}
