import { createHash } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  closeDueMonths,
  closeMonth,
  issueCreditNote,
  issueInvoice,
  issueReceipts,
  listDocuments,
  listPeriods,
  openDocument,
  saveTaxProfile,
  SANDBOX_SELLER,
} from ".";
import { DocumentSnapshot } from "./documents/snapshot";
import { hashSnapshot } from "./documents/hash-snapshot";
import { Books, GERMAN_PROFILE, IRISH_PROFILE } from "./testing/books";
import { readPdf, textOf } from "./testing/read-pdf";

const DOLLAR = 1_000_000n;
let books: Books;

interface Row {
  id: string;
  number: string;
  kind: string;
  sequence: string;
  series: string;
  legalEntity: string;
  snapshot: unknown;
  snapshotHash: string;
}

beforeEach(async () => {
  books = await Books.open();
});
afterEach(() => books.close());

const documents = (): Promise<Row[]> =>
  books.query<Row>('SELECT * FROM billing_document ORDER BY "legalEntity", series, sequence');
const snapshotOf = async (documentId: string): Promise<DocumentSnapshot> =>
  DocumentSnapshot.parse((await documents()).find((row) => row.id === documentId)?.snapshot);
const profiles = async (): Promise<void> => {
  await saveTaxProfile(books.as("finance"), GERMAN_PROFILE);
  for (const id of [books.provider, books.otherProvider])
    await saveTaxProfile(books.as("finance", id), { ...IRISH_PROFILE, legalName: `Provider ${id.slice(-3)}` });
};

/** A month with both rails, two providers, audits, and a hold that returns. */
async function november(): Promise<{ usd: bigint; usdc: bigint }> {
  await books.at("2026-11-02T09:00:00.000Z");
  await books.deposit(100n * DOLLAR);
  const digits = await books.job({ name: "digits", limitMicros: 40n * DOLLAR });
  await books.label({ jobId: digits, project: "Vision", costCentre: "CC-4711", poNumber: "PO-2026-118" });
  const escrowed = await books.job({ name: "=gpt", limitMicros: 10n * DOLLAR, asset: "USDC" });
  await books.at("2026-11-20T23:59:59.999Z");
  const usd =
    (await books.segments({ jobId: digits, from: 0, count: 5, priceMicros: 4_166_667n, audited: true })) +
    (await books.segments({
      jobId: digits,
      from: 5,
      count: 3,
      priceMicros: 1_000_001n,
      providerId: books.otherProvider,
    }));
  await books.end(digits);
  await books.at("2026-11-21T00:00:00.000Z");
  const usdc = await books.segments({ jobId: escrowed, from: 0, count: 3, priceMicros: 1_250_001n, asset: "USDC" });
  return { usd, usdc };
}

describe("closing a month", () => {
  it("issues one invoice over both rails whose totals are the ledger's entries, and whose lines name them and their proof", async () => {
    await profiles();
    const spent = await november();
    await books.at("2026-12-01T08:00:00.000Z");
    const { documentIds } = await closeMonth(books.as("finance"), SANDBOX_SELLER, { month: "2026-11" });
    const invoice = await snapshotOf(documentIds[0] ?? "");
    expect(invoice).toMatchObject({ kind: "invoice", number: "INV-2026-000001" });
    expect(invoice.sections.map(({ asset, settledBy, grossMicros }) => [asset, settledBy, grossMicros])).toEqual([
      ["USD", "balance", String(spent.usd)],
      ["USDC", "escrow", String(spent.usdc)],
    ]);
    expect(invoice.sections[0]?.tax).toMatchObject({ treatment: "reverse-charge", rateBps: 0 });
    for (const section of invoice.sections)
      for (const line of section.lines) {
        const parts = line.entryIds.map((id) => id.split(/\/(.*)/s).slice(0, 2));
        const [sum] = await books.query<{ total: string }>(
          `SELECT -sum(e."amountMicros") AS total FROM ledger_entry e JOIN unnest($1::bigint[], $2::text[]) AS n(t, a)
           ON n.t = e."transferId" AND n.a = e."accountId"`,
          [parts.map(([transfer]) => transfer), parts.map(([, account]) => account)],
        );
        expect(sum?.total).toBe(line.grossMicros);
        expect(line.entryIds).toHaveLength(line.quantity);
        const [proof] = await books.query<{ first: string; last: string }>(
          `SELECT (SELECT commitment FROM segment WHERE "jobId" = $1 AND "index" = $2) AS first,
             (SELECT commitment FROM segment WHERE "jobId" = $1 AND "index" = $3) AS last`,
          [line.jobId, line.evidence?.firstIndex, line.evidence?.lastIndex],
        );
        expect(line.evidence).toMatchObject({ firstCommitment: proof?.first, lastCommitment: proof?.last });
      }
    const { bytes, sha256 } = await openDocument(books.as("viewer"), { documentId: documentIds[0] ?? "" });
    expect(createHash("sha256").update(bytes).digest("hex")).toBe(sha256);
    const text = textOf(await readPdf(bytes));
    for (const said of [
      "INV-2026-000001",
      "Acme KI GmbH",
      "DE123456789",
      "Reverse charge",
      "Paid from balance",
      "Paid from USDC escrow",
      "$23.83",
      "3.75 USDC",
      "PO-2026-118",
      "Project Vision",
      "Cost centre CC-4711",
      "team: perception",
      "Verified training segments 1–5",
    ])
      expect(text).toContain(said);
  });

  it("writes a statement that ties to the ledger to the micro-dollar, and opens the next month where this one closed", async () => {
    await profiles();
    await november();
    await books.at("2026-12-05T10:00:00.000Z");
    await books.deposit(7n);
    await books.at("2027-01-02T08:00:00.000Z");
    const close = (month: string) => closeMonth(books.as("finance"), SANDBOX_SELLER, { month });
    const november11 = await snapshotOf((await close("2026-11")).documentIds.at(-1) ?? "");
    const december = await snapshotOf((await close("2026-12")).documentIds.at(-1) ?? "");
    const balances = await books.query<{ asset: string; total: string }>(
      `SELECT asset, sum("balanceMicros") AS total FROM ledger_account
       WHERE "organisationId" = $1 AND kind IN ('available', 'hold', 'receivable', 'refund-inflight') GROUP BY asset ORDER BY asset`,
      [books.buyer],
    );
    expect(december.accounts.map(({ asset, closingMicros }) => ({ asset, total: closingMicros }))).toEqual(balances);
    for (const statement of [november11, december])
      for (const account of statement.accounts) {
        const moved = account.movements.reduce((sum, movement) => sum + BigInt(movement.amountMicros), 0n);
        expect(BigInt(account.openingMicros) + moved).toBe(BigInt(account.closingMicros));
      }
    const funds = (statement: DocumentSnapshot) => statement.accounts.find((account) => account.asset === "USD");
    expect(funds(november11)?.movements.map(({ kind }) => kind)).toEqual(["deposit", "segment"]);
    expect(funds(december)?.openingMicros).toBe(funds(november11)?.closingMicros);
  });

  it("writes a self-billed invoice in a provider's own number series, for segments and audits, equal to what it earned", async () => {
    await profiles();
    await november();
    await books.at("2026-12-01T08:00:00.000Z");
    for (const provider of [books.provider, books.otherProvider])
      await closeMonth(books.as("owner", provider), SANDBOX_SELLER, { month: "2026-11" });
    const bills = (await documents()).filter((row) => row.kind === "self_billing");
    expect(bills.map((row) => [row.legalEntity, row.number])).toEqual([
      [books.provider, "SBI-2026-000001"],
      [books.otherProvider, "SBI-2026-000001"],
    ]);
    for (const row of bills) {
      const { sections } = DocumentSnapshot.parse(row.snapshot);
      const earned = await books.query<{ asset: string; total: string }>(
        `SELECT asset, "balanceMicros" AS total FROM ledger_account WHERE "organisationId" = $1 AND kind = 'earnings' ORDER BY asset`,
        [row.legalEntity],
      );
      expect(sections.map(({ asset, grossMicros }) => ({ asset, total: grossMicros }))).toEqual(earned);
    }
    const other = DocumentSnapshot.parse(bills[1]?.snapshot);
    expect(other.sections[0]?.lines.map(({ unit, quantity }) => [unit, quantity])).toEqual([
      ["segment", 3],
      ["audit", 5],
    ]);
    expect(other.sections[0]?.tax).toMatchObject({ treatment: "domestic", rateBps: 2_300 });
  });

  it("is the same when it is repeated, also by several at once and after the task: no second document, no second number", async () => {
    await profiles();
    await november();
    await books.at("2026-12-01T08:00:00.000Z");
    const close = () => closeMonth(books.as("finance"), SANDBOX_SELLER, { month: "2026-11" });
    const results = await Promise.all([close(), close(), close(), close()]);
    expect(new Set(results.map(({ documentIds }) => documentIds.join())).size).toBe(1);
    const before = await documents();
    await closeDueMonths(books.asTask(), SANDBOX_SELLER);
    await closeDueMonths(books.asTask(), SANDBOX_SELLER);
    expect(await close()).toEqual(results[0]);
    const after = await documents();
    expect(after.filter((row) => before.some(({ id }) => id === row.id))).toEqual(before);
    expect(after.map((row) => row.kind).sort()).toEqual(
      ["invoice", "self_billing", "self_billing", "statement", "statement", "statement"].sort(),
    );
    for (const row of after) expect(hashSnapshot(DocumentSnapshot.parse(row.snapshot))).toBe(row.snapshotHash);
    expect(await listPeriods(books.as("viewer"))).toMatchObject([{ month: "2026-11", state: "closed" }]);
  });

  it("needs a tax profile, waits for the month's end, and keeps the order of months", async () => {
    await november();
    const close = (month: string) => closeMonth(books.as("finance"), SANDBOX_SELLER, { month });
    await expect(close("2026-11")).rejects.toThrow(/2026-11 has not ended yet/);
    await books.at("2026-12-01T08:00:00.000Z");
    await expect(close("2026-11")).rejects.toThrow(/needs your legal name/);
    expect(await documents()).toEqual([]);
    await profiles();
    await books.at("2027-01-01T08:00:00.000Z");
    await expect(close("2026-12")).rejects.toThrow(/2026-11 is still open/);
    await expect(closeMonth(books.as("engineer"), SANDBOX_SELLER, { month: "2026-11" })).rejects.toThrow(
      /role is engineer/,
    );
    await expect(closeMonth(books.as("viewer"), SANDBOX_SELLER, { month: "2026-11" })).rejects.toThrow(
      /role is viewer/,
    );
  });
});

describe("documents", () => {
  it("freeze the version of the tax profile that was in force", async () => {
    await profiles();
    await november();
    await books.at("2026-12-01T08:00:00.000Z");
    const { documentIds } = await closeMonth(books.as("finance"), SANDBOX_SELLER, { month: "2026-11" });
    const again = GERMAN_PROFILE;
    expect(await saveTaxProfile(books.as("finance"), again)).toEqual({ version: 1 });
    expect(await saveTaxProfile(books.as("finance"), { ...again, legalName: "Acme SE" })).toEqual({ version: 2 });
    const invoice = await snapshotOf(documentIds[0] ?? "");
    expect(invoice.buyer).toMatchObject({ legalName: "Acme KI GmbH", profileVersion: 1, taxId: "DE123456789" });
  });

  it("refuse a VAT id that is not the country's", async () => {
    const wrong = { ...GERMAN_PROFILE, billingEmails: ["ap@acme.example"], taxId: "IE1234567T" };
    await expect(saveTaxProfile(books.as("finance"), wrong)).rejects.toThrow(/begins with DE/);
    await expect(saveTaxProfile(books.as("engineer"), { ...wrong, taxId: null })).rejects.toThrow(/role is engineer/);
  });

  it("cannot be changed, deleted or numbered with a gap, whoever asks the database", async () => {
    await books.deposit(5n * DOLLAR);
    await issueReceipts(books.asTask(), SANDBOX_SELLER);
    await expect(books.query("UPDATE billing_document SET number = 'X'")).rejects.toThrow(/append-only/);
    await expect(books.query("DELETE FROM document_entry")).rejects.toThrow(/append-only/);
    await expect(books.query("TRUNCATE document_entry, billing_document CASCADE")).rejects.toThrow(/append-only/);
    await expect(
      books.query(
        `INSERT INTO billing_document SELECT id || 'x', "organisationId", kind, "legalEntity", series, 3, number, 'x', "profileVersion",
          "periodStart", "periodEnd", "invoiceId", "issuedBy", "issuedAt", snapshot, "snapshotHash" FROM billing_document`,
      ),
    ).rejects.toThrow(/does not follow/);
    await expect(books.query('UPDATE document_counter SET "last" = "last" + 1')).rejects.toThrow(
      /taken for no document/,
    );
    await expect(books.query('UPDATE document_counter SET "last" = "last" + 2')).rejects.toThrow(/moves by one/);
  });

  it("confirm every payment once, also before there is a tax profile", async () => {
    await books.deposit(12_345_678n);
    await books.deposit(1n * DOLLAR);
    await books.job({ name: "gpt", limitMicros: 3n * DOLLAR, asset: "USDC" });
    await Promise.all([issueReceipts(books.asTask(), SANDBOX_SELLER), issueReceipts(books.asTask(), SANDBOX_SELLER)]);
    await issueReceipts(books.asTask(), SANDBOX_SELLER);
    const list = (await listDocuments(books.as("viewer"), {})).sort((a, b) => (a.number < b.number ? 1 : -1));
    expect(list.map(({ kind, number }) => [kind, number])).toEqual([
      ["receipt", "RCP-2026-000003"],
      ["receipt", "RCP-2026-000002"],
      ["receipt", "RCP-2026-000001"],
    ]);
    expect(list.flatMap(({ totals }) => totals).map(({ asset, amountMicros }) => [asset, amountMicros])).toEqual([
      ["USDC", 3_000_000n],
      ["USD", 1_000_000n],
      ["USD", 12_350_000n],
    ]);
    const { bytes } = await openDocument(books.as("finance"), { documentId: list[2]?.id ?? "" });
    const text = textOf(await readPdf(bytes));
    for (const said of ["Payment receipt", "Acme AI", "12.345678", "$12.35", "This is no tax invoice"])
      expect(text).toContain(said);
  });

  it("are seen by their own organisation's finance and viewers only", async () => {
    await books.deposit(5n * DOLLAR);
    await issueReceipts(books.asTask(), SANDBOX_SELLER);
    const [receipt] = await listDocuments(books.as("finance"), {});
    const documentId = receipt?.id ?? "";
    await expect(openDocument(books.as("finance", books.provider), { documentId })).rejects.toThrow(
      /There is no document/,
    );
    await expect(openDocument(books.as("engineer"), { documentId })).rejects.toThrow(/role is engineer/);
    await expect(listDocuments(books.as("engineer"), {})).rejects.toThrow(/role is engineer/);
    expect(await listDocuments(books.as("owner", books.provider), {})).toEqual([]);
  });

  it("invoice what was verified so far, and at the month's end only the rest", async () => {
    await profiles();
    await books.deposit(50n * DOLLAR);
    const jobId = await books.job({ name: "digits", limitMicros: 40n * DOLLAR });
    await expect(issueInvoice(books.as("finance"), SANDBOX_SELLER, { idempotencyKey: "interim-0" })).rejects.toThrow(
      /Nothing was verified/,
    );
    await books.segments({ jobId, from: 0, count: 2, priceMicros: DOLLAR });
    await books.at("2026-11-10T00:00:00.000Z");
    const key = { idempotencyKey: "interim-1" };
    const first = await issueInvoice(books.as("finance"), SANDBOX_SELLER, key);
    expect(await issueInvoice(books.as("finance"), SANDBOX_SELLER, key)).toEqual(first);
    await books.segments({ jobId, from: 2, count: 3, priceMicros: DOLLAR });
    await books.at("2026-12-02T00:00:00.000Z");
    const { documentIds } = await closeMonth(books.as("finance"), SANDBOX_SELLER, { month: "2026-11" });
    const [interim, rest] = [await snapshotOf(first.documentId), await snapshotOf(documentIds[0] ?? "")];
    expect([interim, rest].map(({ sections }) => sections[0]?.lines.map((line) => line.evidence))).toMatchObject([
      [{ firstIndex: 0, lastIndex: 1 }],
      [{ firstIndex: 2, lastIndex: 4 }],
    ]);
    const [twice] = await books.query<{ count: number }>(
      "SELECT count(*)::int AS count FROM document_entry WHERE kind = 'invoice'",
    );
    expect(twice?.count).toBe(5);
  });
});

describe("a credit note", () => {
  it("gives money back, refers to its invoice, and never gives back more than the line", async () => {
    await profiles();
    await november();
    await books.at("2026-12-01T08:00:00.000Z");
    const { documentIds } = await closeMonth(books.as("finance"), SANDBOX_SELLER, { month: "2026-11" });
    const invoiceId = documentIds[0] ?? "";
    const credit = (line: number, amountMicros: bigint, key: string, section = 0) =>
      issueCreditNote(books.as("finance", books.platform), SANDBOX_SELLER, {
        invoiceId,
        lines: [{ section, line, amountMicros }],
        reason: "Two segments were trained on the wrong file.",
        idempotencyKey: `credit-${key}`,
      });
    const { documentId } = await credit(0, 2n * DOLLAR, "one");
    expect(await credit(0, 2n * DOLLAR, "one")).toEqual({ documentId });
    const note = await snapshotOf(documentId);
    expect(note).toMatchObject({ kind: "credit_note", number: "CRN-2026-000001", reference: "INV-2026-000001" });
    expect(note.sections[0]).toMatchObject({ grossMicros: "2000000", tax: { treatment: "reverse-charge" } });
    const [entry] = await books.query<{ total: string }>(
      `SELECT sum(e."amountMicros") AS total FROM document_entry d JOIN ledger_entry e USING ("transferId", "accountId") WHERE d.kind = 'credit_note'`,
    );
    expect(entry?.total).toBe("2000000");
    await expect(credit(0, 19n * DOLLAR, "two")).rejects.toThrow(/more than the \$18\.833335 that is left/);
    await expect(credit(0, DOLLAR, "three", 1)).rejects.toThrow(/escrow contract/);
    await expect(credit(9, DOLLAR, "four")).rejects.toThrow(/no line 9/);
    const foreign = {
      invoiceId,
      lines: [{ section: 0, line: 0, amountMicros: 1n }],
      reason: "mine",
      idempotencyKey: "credit-five",
    };
    await expect(issueCreditNote(books.as("owner"), SANDBOX_SELLER, foreign)).rejects.toThrow(/issued by the platform/);
    expect((await documents()).filter((row) => row.kind === "credit_note")).toHaveLength(1);
    const { bytes } = await openDocument(books.as("finance"), { documentId });
    const text = textOf(await readPdf(bytes));
    for (const said of ["Credit note", "INV-2026-000001", "Two segments were trained", "Returned to balance", "$2.00"])
      expect(text).toContain(said);
  });
});
