import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  closeMonth,
  countExportParts,
  exportBooks,
  issueCreditNote,
  listSpendSegments,
  readSpend,
  saveTaxProfile,
  SANDBOX_SELLER,
  type ExportFormat,
  type SpendGroup,
} from ".";
import { roundToCents } from "./cents";
import { selectJournal } from "./store/entries";
import { Books, GERMAN_PROFILE } from "./testing/books";

const DOLLAR = 1_000_000n;
const NOVEMBER = { from: "2026-11-01", to: "2026-11-30" } as const;
let books: Books;
let digits = "";
let spent = 0n;
let spentUsdc = 0n;

beforeEach(async () => {
  books = await Books.open();
  await saveTaxProfile(books.as("finance"), GERMAN_PROFILE);
  await books.at("2026-10-30T12:00:00.000Z");
  await books.deposit(33_333_333n);
  await books.at("2026-11-03T12:00:00.000Z");
  await books.deposit(100n * DOLLAR);
  digits = await books.job({ name: "digits", limitMicros: 60n * DOLLAR });
  const tiny = await books.job({ name: "=tiny", limitMicros: DOLLAR });
  const gpt = await books.job({ name: "gpt", limitMicros: 9n * DOLLAR, asset: "USDC" });
  await books.label({ jobId: digits, project: "Vision", costCentre: "CC-4711", poNumber: null });
  spent = await books.segments({ jobId: digits, from: 0, count: 4, priceMicros: 4_166_667n });
  await books.at("2026-11-04T01:00:00.000Z");
  spent += await books.segments({
    jobId: digits,
    from: 4,
    count: 3,
    priceMicros: 1_000_003n,
    providerId: books.otherProvider,
  });
  spent += await books.segments({ jobId: tiny, from: 0, count: 40, priceMicros: 371n });
  spentUsdc = await books.segments({ jobId: gpt, from: 0, count: 2, priceMicros: 1_250_001n, asset: "USDC" });
  await books.end(digits);
});
afterEach(() => books.close());

async function file(
  format: ExportFormat,
  asset: "USD" | "USDC" = "USD",
  period: { from: string; to: string } = NOVEMBER,
  part = 1,
) {
  const { chunks, fileName } = await exportBooks(books.as("viewer"), SANDBOX_SELLER, {
    format,
    asset,
    part,
    ...period,
  });
  let text = "";
  for await (const chunk of chunks) text += chunk;
  return { text, fileName, rows: text.trimEnd().split("\r\n").slice(1) };
}

/** Reads decimal text as micros. */
function amount(text: string): bigint {
  const found = /^(-?)(\d+)\.(\d{2,6})$/.exec(text);
  if (found === null) throw new Error(`${text} is no amount`);
  const size = BigInt(found[2] ?? "") * DOLLAR + BigInt((found[3] ?? "").padEnd(6, "0"));
  return found[1] === "-" ? -size : size;
}

const sum = (amounts: readonly bigint[]): bigint => amounts.reduce((total, next) => total + next, 0n);

/** The buyer's funds at a moment, straight from the ledger. */
async function funds(before: string, asset = "USD"): Promise<bigint> {
  const [row] = await books.query<{ total: string }>(
    `SELECT coalesce(sum(e."amountMicros"), 0) AS total FROM ledger_entry e JOIN ledger_transfer t ON t.id = e."transferId"
     JOIN ledger_account a ON a.id = e."accountId"
     WHERE a."organisationId" = $1 AND a.kind <> 'earnings' AND a.asset = $2 AND t."createdAt" < $3`,
    [books.buyer, asset, before],
  );
  return BigInt(row?.total ?? "0");
}

describe("every export adds up to the ledger", () => {
  it("bank files: to the cent, and two months in a row to the balance without drift", async () => {
    const [opening, closing] = [await funds("2026-11-01"), await funds("2026-12-01")];
    const cents = roundToCents(closing).payable - roundToCents(opening).payable;
    const quickbooks = await file("quickbooks");
    expect(sum(quickbooks.rows.map((row) => amount(row.split(",").at(-1) ?? "")))).toBe(cents);
    const xero = await file("xero-statement");
    expect(sum(xero.rows.map((row) => amount(row.split(",")[1] ?? "")))).toBe(cents);
    const both = await file("quickbooks", "USD", { from: "2026-10-01", to: "2026-11-30" });
    expect(sum(both.rows.map((row) => amount(row.split(",").at(-1) ?? "")))).toBe(roundToCents(closing).payable);
    expect(await countExportParts(books.as("viewer"), { format: "quickbooks", asset: "USD", ...NOVEMBER })).toEqual({
      parts: 1,
    });
  });

  it("camt.053: opening plus entries is closing, and both are the ledger's", async () => {
    const { text } = await file("camt053");
    const signed = [...text.matchAll(/<Amt Ccy="USD">([\d.]+)<\/Amt><CdtDbtInd>(CRDT|DBIT)</g)].map(
      ([, size = "", side]) => (side === "DBIT" ? -amount(size) : amount(size)),
    );
    const [opening = 0n, closing = 0n, ...entries] = signed;
    expect(opening).toBe(roundToCents(await funds("2026-11-01")).payable);
    expect(closing).toBe(roundToCents(await funds("2026-12-01")).payable);
    expect(opening + sum(entries)).toBe(closing);
    await expect(file("camt053", "USDC")).rejects.toThrow(/ISO 4217/);
  });

  it.each(["USD", "USDC"] as const)("journal in %s: every entry once, to the micro-dollar", async (asset) => {
    const csv = await file("journal-csv", asset);
    const lines = (await file("journal-jsonl", asset)).text.trimEnd().split("\n");
    const [ledger] = await books.query<{ total: string; count: number }>(
      `SELECT sum(e."amountMicros") AS total, count(*)::int AS count FROM ledger_entry e JOIN ledger_transfer t ON t.id = e."transferId"
       JOIN ledger_account a ON a.id = e."accountId" WHERE a."organisationId" = $1 AND a.asset = $2 AND t."createdAt" >= '2026-11-01'`,
      [books.buyer, asset],
    );
    expect(csv.rows).toHaveLength(ledger?.count ?? -1);
    expect(lines).toHaveLength(ledger?.count ?? -1);
    expect(String(sum(csv.rows.map((row) => BigInt(row.split(",")[10] ?? ""))))).toBe(ledger?.total);
    expect(String(sum(lines.map((line) => BigInt((JSON.parse(line) as { amountMicros: string }).amountMicros))))).toBe(
      ledger?.total,
    );
    expect(new Set(lines.map((line) => (JSON.parse(line) as { entryId: string }).entryId)).size).toBe(lines.length);
  });

  it("journal pages of any size give every entry once, in one order", async () => {
    const span = {
      organisationId: books.buyer,
      asset: "USD",
      from: new Date("2026-11-01"),
      to: new Date("2026-12-01"),
    } as const;
    const whole = await selectJournal(books.database.reader, {
      ...span,
      after: { transferId: 0n, accountId: "" },
      limit: 1_000,
    });
    const paged: typeof whole = [];
    for (let after = { transferId: 0n, accountId: "" }; ;) {
      const page = await selectJournal(books.database.reader, { ...span, after, limit: 7 });
      paged.push(...page);
      const last = page.at(-1);
      if (last === undefined) break;
      after = last;
    }
    expect(whole.length).toBeGreaterThan(50);
    expect(paged).toEqual(whole);
  });

  it("bills: the invoice's payable total", async () => {
    await books.at("2026-12-01T08:00:00.000Z");
    await closeMonth(books.as("finance"), SANDBOX_SELLER, { month: "2026-10" });
    await closeMonth(books.as("finance"), SANDBOX_SELLER, { month: "2026-11" });
    const december = { from: "2026-12-01", to: "2026-12-31" };
    const column = async (format: ExportFormat, index: number): Promise<bigint> =>
      sum(
        (await file(format, "USD", december)).rows.map((row) =>
          amount(row.replace(/"[^"]*"/g, "").split(",")[index] ?? ""),
        ),
      );
    expect(await column("xero-bills", 6)).toBe(roundToCents(spent).payable);
    expect(await column("netsuite-bills", 6)).toBe(roundToCents(spent).payable);
    const usdc = await file("xero-bills", "USDC", december);
    expect(usdc.rows).toHaveLength(1);
    expect(usdc.rows[0]).toContain(",2.50,");
  });

  it("FOCUS: billed cost is what the ledger took for segments less what it gave back, in each asset", async () => {
    const billed = async (asset: "USD" | "USDC"): Promise<bigint> =>
      sum(
        (await file("focus", asset, { from: "2026-11-01", to: "2026-12-31" })).rows.map((row) =>
          amount(row.split(",")[0] ?? ""),
        ),
      );
    expect(await billed("USD")).toBe(spent);
    expect(await billed("USDC")).toBe(spentUsdc);
    await books.at("2026-12-01T08:00:00.000Z");
    await closeMonth(books.as("finance"), SANDBOX_SELLER, { month: "2026-10" });
    const { documentIds } = await closeMonth(books.as("finance"), SANDBOX_SELLER, { month: "2026-11" });
    await issueCreditNote(books.as("owner", books.platform), SANDBOX_SELLER, {
      invoiceId: documentIds[0] ?? "",
      lines: [{ section: 0, line: 0, amountMicros: 123_456n }],
      reason: "Goodwill.",
      idempotencyKey: "credit-key",
    });
    expect(await billed("USD")).toBe(spent - 123_456n);
    const { rows } = await file("focus", "USD", { from: "2026-11-01", to: "2026-12-31" });
    expect(rows.filter((row) => row.includes(",INV-2026-000001,"))).toHaveLength(3);
    expect(rows.filter((row) => row.includes(",Credit,"))).toHaveLength(1);
  });

  it("is for finance and viewers", async () => {
    const input = { format: "journal-csv", asset: "USD", ...NOVEMBER } as const;
    await expect(exportBooks(books.as("engineer"), SANDBOX_SELLER, input)).rejects.toThrow(/role is engineer/);
    const others = await exportBooks(books.as("finance", books.platform), SANDBOX_SELLER, input);
    let text = "";
    for await (const chunk of others.chunks) text += chunk;
    expect(text.trimEnd().split("\r\n")).toHaveLength(1);
  });
});

describe("spend", () => {
  it.each(["day", "job", "project", "costCentre", "provider"] satisfies SpendGroup[])(
    "by %s adds up to what the ledger took for segments",
    async (groupBy) => {
      const view = await readSpend(books.as("engineer"), { groupBy, asset: "USD", ...NOVEMBER });
      expect(sum(view.groups.map((group) => group.amountMicros))).toBe(spent);
      expect(view.totalMicros).toBe(spent);
      expect(view.groups.reduce((total, group) => total + group.segments, 0)).toBe(47);
      const usdc = await readSpend(books.as("viewer"), { groupBy, asset: "USDC", ...NOVEMBER });
      expect(usdc.totalMicros).toBe(spentUsdc);
    },
  );

  it("drills down from a provider to a job to its segments, each with its proof and its ledger entry", async () => {
    const query = { asset: "USD", ...NOVEMBER } as const;
    const providers = await readSpend(books.as("engineer"), { ...query, groupBy: "provider" });
    const other = providers.groups.find((group) => group.label === "Fabrikam GPU");
    const filter = { providerId: other?.key ?? "" };
    const jobs = await readSpend(books.as("engineer"), { ...query, groupBy: "job", filter });
    expect(jobs.groups).toMatchObject([{ key: digits, label: "digits", segments: 3, amountMicros: 3_000_009n }]);
    const segments = await listSpendSegments(books.as("engineer"), { ...query, filter: { ...filter, jobId: digits } });
    expect(segments.map(({ index, amountMicros }) => [index, amountMicros])).toEqual([
      [6, 1_000_003n],
      [5, 1_000_003n],
      [4, 1_000_003n],
    ]);
    for (const { commitment, entryId } of segments) {
      expect(commitment).toHaveLength(64);
      expect(entryId).toMatch(new RegExp(`^\\d+/hold:${digits}$`));
    }
    const older = await listSpendSegments(books.as("engineer"), { ...query, filter, beforeId: segments[0]?.id ?? "" });
    expect(older.map(({ index }) => index)).toEqual([5, 4]);
  });

  it("knows a project and a cost centre, and what has none", async () => {
    const query = { asset: "USD", ...NOVEMBER } as const;
    for (const [groupBy, label] of [
      ["project", "Vision"],
      ["costCentre", "CC-4711"],
    ] as const) {
      const view = await readSpend(books.as("engineer"), { ...query, groupBy });
      expect(view.groups.map((group) => [group.label, group.segments])).toEqual([
        [label, 7],
        [null, 40],
      ]);
      const without = await readSpend(books.as("engineer"), { ...query, groupBy: "job", filter: { [groupBy]: null } });
      expect(without.groups.map((group) => group.label)).toEqual(["=tiny"]);
    }
    const { rows } = await file("focus");
    expect(rows.filter((row) => row.includes(",Vision,Vision,Project,"))).toHaveLength(2);
  });

  it("is an organisation's own", async () => {
    const view = await readSpend(books.as("owner", books.provider), { groupBy: "job", asset: "USD", ...NOVEMBER });
    expect(view).toEqual({ groups: [], totalMicros: 0n, segments: 0, nextOffset: null });
  });
});
