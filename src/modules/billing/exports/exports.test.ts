import { describe, expect, it } from "vitest";
import { micros } from "@/kernel";
import { sampleInvoice } from "../testing/sample-document";
import type { BankRow } from "./bank-row";
import { billLines, type BillLine } from "./bills";
import { camt053 } from "./camt053";
import { focus, type CostRow } from "./focus";
import { journalCsv, journalJsonl } from "./journal";
import { netsuiteBills, netsuiteParts, NETSUITE_LINES_MAX } from "./netsuite-bills";
import { quickbooks, QUICKBOOKS_ROWS_MAX } from "./quickbooks";
import { xeroBills } from "./xero-bills";
import { xeroStatement } from "./xero-statement";

async function* from<Row>(rows: readonly Row[]): AsyncGenerator<Row> {
  yield* rows;
}

async function written(chunks: AsyncIterable<string>): Promise<string> {
  let all = "";
  for await (const chunk of chunks) all += chunk;
  return all;
}

const BANK: readonly BankRow[] = [
  {
    day: "2026-11-02",
    kind: "deposit",
    reference: "dep_1",
    jobName: null,
    count: 1,
    firstTransferId: 7n,
    lastTransferId: 7n,
    amountMicros: 100_000_000n,
    centsMicros: micros(100_000_000n),
  },
  {
    day: "2026-11-20",
    kind: "segment",
    reference: "job_1",
    jobName: '=HYPERLINK("http://evil"), "x"',
    count: 8,
    firstTransferId: 9n,
    lastTransferId: 16n,
    amountMicros: -23_833_338n,
    centsMicros: micros(-23_830_000n),
  },
];

const COST: CostRow = {
  day: "2026-11-20",
  category: "Usage",
  jobId: "job_1",
  jobName: "@digits",
  template: "mnist-mlp",
  providerId: "org_2",
  providerName: "Northwind Compute",
  invoiceNumber: "INV-2026-000001",
  segments: 5,
  unitPriceMicros: 4_166_667n,
  amountMicros: 20_833_335n,
  project: "Vision",
  costCentre: "CC-4711",
  purchaseOrder: null,
  tags: { team: "perception" },
  firstCommitment: "aa",
  lastCommitment: "bb",
};

const bills = (): BillLine[] => billLines(sampleInvoice(), "USD");

describe("the exports", () => {
  it("QuickBooks: three columns, American dates", async () => {
    expect(await written(quickbooks(from(BANK), 1))).toBe(
      [
        "Date,Description,Amount",
        "11/02/2026,Funds added,100.00",
        '11/20/2026,"Verified segments (8): =HYPERLINK(""http://evil""), ""x""",-23.83',
        "",
      ].join("\r\n"),
    );
  });

  it("QuickBooks: at most 1,000 rows a file, and no row twice or lost", async () => {
    const [row] = BANK;
    if (row === undefined) throw new Error("there is a row");
    const rows = Array.from({ length: 2_345 }, (_, index) => ({
      ...row,
      reference: `dep_${index}`,
      kind: `row-${index}`,
    }));
    const files = [1, 2, 3, 4].map((part) => written(quickbooks(from(rows), part)));
    const lines = (await Promise.all(files)).map((file) => file.trimEnd().split("\r\n").slice(1));
    expect(lines.map((file) => file.length)).toEqual([QUICKBOOKS_ROWS_MAX, QUICKBOOKS_ROWS_MAX, 345, 0]);
    expect(new Set(lines.flat()).size).toBe(2_345);
  });

  it("Xero statement", async () => {
    expect(await written(xeroStatement(from(BANK), "Trainyard Sandbox Ltd"))).toBe(
      [
        "Date,Amount,Payee,Description,Reference",
        "2026-11-02,100.00,Trainyard Sandbox Ltd,Funds added,dep_1 T7",
        '2026-11-20,-23.83,Trainyard Sandbox Ltd,"Verified segments (8): =HYPERLINK(""http://evil""), ""x""",job_1 T9-T16',
        "",
      ].join("\r\n"),
    );
  });

  it("Xero bills: lines that add up to the invoice's payable total", async () => {
    expect(await written(xeroBills(from(bills())))).toBe(
      [
        "*ContactName,*InvoiceNumber,*InvoiceDate,*DueDate,*Description,*Quantity,*UnitAmount,*AccountCode,*TaxType,TrackingName1,TrackingOption1,Currency",
        'Trainyard Sandbox Ltd,INV-2026-000042,2026-12-01,2026-12-01,"Verified training segments 1–5 · digits, second run · job_06r5kq2h0a1b2c3d4e5f6g",1,20.83,429,Tax Exempt,Cost centre,CC-4711,USD',
        'Trainyard Sandbox Ltd,INV-2026-000042,2026-12-01,2026-12-01,"Verified training segments 6–8 · digits, second run · job_06r5kq2h0a1b2c3d4e5f6g",1,12.50,429,Tax Exempt,Cost centre,CC-4711,USD',
        "",
      ].join("\r\n"),
    );
    expect(bills().reduce((sum, line) => sum + line.centsMicros, 0n)).toBe(33_330_000n);
  });

  it("NetSuite bills: the external id stands on every line", async () => {
    expect(await written(netsuiteBills(netsuiteParts(from([bills()])), 1))).toBe(
      [
        "External ID,Vendor,Date,Reference No.,Currency,Account,Amount,Memo,Department,Class,Location",
        'trainyard-INV-2026-000042-USD,Trainyard Sandbox Ltd,2026-12-01,INV-2026-000042,USD,Cloud services,20.83,"Verified training segments 1–5 · digits, second run · job_06r5kq2h0a1b2c3d4e5f6g · PO PO-2026-118",CC-4711,Vision,',
        'trainyard-INV-2026-000042-USD,Trainyard Sandbox Ltd,2026-12-01,INV-2026-000042,USD,Cloud services,12.50,"Verified training segments 6–8 · digits, second run · job_06r5kq2h0a1b2c3d4e5f6g · PO PO-2026-118",CC-4711,Vision,',
        "",
      ].join("\r\n"),
    );
  });

  it("NetSuite bills: at most 5,000 lines a file; a bill stays whole unless it is larger than a file", async () => {
    const [line] = bills();
    if (line === undefined) throw new Error("there is a line");
    const bill = (number: string, size: number): BillLine[] =>
      Array.from({ length: size }, () => ({ ...line, invoiceNumber: number }));
    const parts: BillLine[][] = [];
    for await (const part of netsuiteParts(from([bill("A", 3_000), bill("B", 3_000), bill("C", 11_000)])))
      parts.push(part);
    expect(parts.map((part) => part.length)).toEqual([3_000, 3_000, 5_000, 5_000, 1_000]);
    expect(parts.map((part) => [...new Set(part.map(({ invoiceNumber }) => invoiceNumber))])).toEqual([
      ["A"],
      ["B"],
      ["C"],
      ["C-2"],
      ["C-3"],
    ]);
    expect(Math.max(...parts.map((part) => part.length))).toBe(NETSUITE_LINES_MAX);
  });

  it("journal as CSV and as JSON lines, with the ledger's ids", async () => {
    const rows = [
      {
        transferId: 9n,
        accountId: "hold:job_1",
        accountKind: "hold",
        asset: "USD" as const,
        at: new Date("2026-11-20T10:00:00.000Z"),
        kind: "segment",
        reference: "job_1",
        idempotencyKey: "segment:seg_1",
        amountMicros: -4_166_667n,
        balanceAfter: 0n,
      },
    ];
    expect(await written(journalCsv(from(rows)))).toBe(
      [
        "entry_id,transfer_id,account_id,account_kind,asset,time,kind,reference,idempotency_key,amount,amount_micros,balance_after_micros",
        "9/hold:job_1,9,hold:job_1,hold,USD,2026-11-20T10:00:00.000Z,segment,job_1,segment:seg_1,-4.166667,-4166667,0",
        "",
      ].join("\r\n"),
    );
    expect(await written(journalJsonl(from(rows)))).toBe(
      '{"entryId":"9/hold:job_1","transferId":"9","accountId":"hold:job_1","accountKind":"hold","asset":"USD","time":"2026-11-20T10:00:00.000Z","kind":"segment","reference":"job_1","idempotencyKey":"segment:seg_1","amountMicros":"-4166667","balanceAfterMicros":"0"}\n',
    );
  });

  it("FOCUS 1.2: the specification's columns in its order, every mandatory one filled", async () => {
    const account = {
      organisationId: "org_1",
      organisationName: "Acme AI",
      asset: "USD" as const,
      issuerName: "Trainyard Sandbox Ltd",
    };
    const text = await written(focus(from([COST]), account));
    expect(text).toBe(
      [
        "BilledCost,BillingAccountId,BillingAccountName,BillingAccountType,BillingCurrency,BillingPeriodEnd,BillingPeriodStart,ChargeCategory,ChargeClass,ChargeDescription,ChargeFrequency,ChargePeriodEnd,ChargePeriodStart,ConsumedQuantity,ConsumedUnit,ContractedCost,ContractedUnitPrice,EffectiveCost,InvoiceId,InvoiceIssuerName,ListCost,ListUnitPrice,PricingCategory,PricingCurrency,PricingQuantity,PricingUnit,ProviderName,PublisherName,ResourceId,ResourceName,ResourceType,ServiceCategory,ServiceName,ServiceSubcategory,SkuId,SkuMeter,SkuPriceId,SubAccountId,SubAccountName,SubAccountType,Tags,x_ComputeProviderId,x_CostCentre,x_FirstCommitment,x_LastCommitment,x_PurchaseOrder",
        '20.833335,org_1,Acme AI,Organisation,USD,2026-12-01T00:00:00.000Z,2026-11-01T00:00:00.000Z,Usage,,5 verified training segments of @digits,Usage-Based,2026-11-21T00:00:00.000Z,2026-11-20T00:00:00.000Z,5,Segments,20.833335,4.166667,20.833335,INV-2026-000001,Trainyard Sandbox Ltd,20.833335,4.166667,Dynamic,USD,5,Segments,Trainyard,Northwind Compute,job_1,\'@digits,Training job,AI and Machine Learning,Verified training,Machine Learning,verified-segment/mnist-mlp,Verified segments,verified-segment/job_1/4166667,Vision,Vision,Project,"{""team"":""perception""}",org_2,CC-4711,aa,bb,',
        "",
      ].join("\r\n"),
    );
    const [header = "", row = ""] = text.split("\r\n");
    const mandatory =
      "BilledCost,BillingAccountId,BillingCurrency,BillingPeriodEnd,BillingPeriodStart,ChargeCategory,ChargeDescription,ChargePeriodEnd,ChargePeriodStart,ContractedCost,EffectiveCost,InvoiceIssuerName,ListCost,PricingQuantity,PricingUnit,ProviderName,PublisherName,ServiceCategory,ServiceName".split(
        ",",
      );
    const cells = row.split(",");
    for (const name of mandatory) expect([name, cells[header.split(",").indexOf(name)]]).not.toEqual([name, ""]);
  });

  it("camt.053.001.08", async () => {
    const facts = {
      messageId: "TY-2026-11-01-abc",
      createdAt: new Date("2026-12-01T08:00:00.000Z"),
      from: new Date("2026-11-01T00:00:00.000Z"),
      to: new Date("2026-12-01T00:00:00.000Z"),
      accountId: "org_1",
      accountName: "Prepaid balance",
      ownerName: "Acme & Söhne <AI>",
      servicerName: "Trainyard Sandbox Ltd",
      currency: "USD",
      openingMicros: -3n,
      closingMicros: 76_166_659n,
    };
    expect(await written(camt053(from(BANK.slice(0, 1)), facts))).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08">
 <BkToCstmrStmt>
  <GrpHdr><MsgId>TY-2026-11-01-abc</MsgId><CreDtTm>2026-12-01T08:00:00.000Z</CreDtTm></GrpHdr>
  <Stmt>
   <Id>TY-2026-11-01-abc</Id>
   <CreDtTm>2026-12-01T08:00:00.000Z</CreDtTm>
   <FrToDt><FrDtTm>2026-11-01T00:00:00.000Z</FrDtTm><ToDtTm>2026-12-01T00:00:00.000Z</ToDtTm></FrToDt>
   <Acct>
    <Id><Othr><Id>org_1</Id></Othr></Id>
    <Ccy>USD</Ccy>
    <Nm>Prepaid balance</Nm>
    <Ownr><Nm>Acme &amp; Söhne &lt;AI&gt;</Nm></Ownr>
    <Svcr><FinInstnId><Nm>Trainyard Sandbox Ltd</Nm></FinInstnId></Svcr>
   </Acct>
   <Bal><Tp><CdOrPrtry><Cd>OPBD</Cd></CdOrPrtry></Tp><Amt Ccy="USD">0.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-11-01</Dt></Dt></Bal>
   <Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp><Amt Ccy="USD">76.17</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-11-30</Dt></Dt></Bal>
   <Ntry>
    <NtryRef>T7</NtryRef>
    <Amt Ccy="USD">100.00</Amt><CdtDbtInd>CRDT</CdtDbtInd>
    <Sts><Cd>BOOK</Cd></Sts>
    <BookgDt><Dt>2026-11-02</Dt></BookgDt>
    <ValDt><Dt>2026-11-02</Dt></ValDt>
    <AcctSvcrRef>T7</AcctSvcrRef>
    <BkTxCd><Prtry><Cd>deposit</Cd><Issr>Trainyard</Issr></Prtry></BkTxCd>
    <NtryDtls><Btch><NbOfTxs>1</NbOfTxs></Btch><TxDtls><Refs><EndToEndId>dep_1</EndToEndId></Refs></TxDtls></NtryDtls>
    <AddtlNtryInf>Funds added</AddtlNtryInf>
   </Ntry>
  </Stmt>
 </BkToCstmrStmt>
</Document>
`);
  });
});
