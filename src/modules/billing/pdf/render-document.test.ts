import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { readPdf, textOf } from "../testing/read-pdf";
import { sampleInvoice } from "../testing/sample-document";
import { renderDocument } from "./render-document";

const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

describe("a document's PDF", () => {
  it("says number, parties, tax, purchase order, segments with their evidence, and both rails apart", async () => {
    const invoice = sampleInvoice();
    const bytes = await renderDocument(invoice);
    const keep = process.env["KEEP_PDF"];
    if (keep !== undefined) writeFileSync(keep, bytes);
    const text = textOf(await readPdf(bytes));
    expect(text).not.toContain("\uFFFD");
    for (const said of [
      "Tax invoice",
      "INV-2026-000042",
      "2026-11-01 – 2026-11-30",
      "PO-2026-118",
      "Trainyard Sandbox Ltd",
      "Acme AI Spółka z o.o. „Żółć”",
      "ul. Świętokrzyska 12/3",
      "Tax id PL5260001246",
      "Reverse charge",
      "Verified training segments 1–5",
      "Verified training segments 6–8",
      "Łódź–Genève GPT",
      "Cost centre CC-4711",
      "Paid from balance",
      "Paid from USDC escrow",
      "1000/hold:job_06r5kq2h0a1b2c3d4e5f6g + 4",
    ])
      expect(text).toContain(said);
    const [dollars, tokens] = text.split("Paid from USDC escrow");
    expect(dollars).toMatch(/Exact total {2}33\.333336\nRounding to cents {2}−0\.003336\nTotal {2}\$33\.33/);
    expect(tokens).toMatch(/Exact total {2}3\.750003/);
    expect(text).toMatch(/Total {2}3\.75 USDC/);
    expect(text).not.toContain("37.08");
    expect(text).toContain("Evidence 0000a17e7e7e7e7e7e7e7e7e… → 0004a17e7e7e7e7e7e7e7e7e…");
  });

  it("has the same bytes every time, and other bytes for another fact", async () => {
    const [once, again] = [await renderDocument(sampleInvoice()), await renderDocument(sampleInvoice())];
    expect(sha256(again)).toBe(sha256(once));
    const other = await renderDocument(sampleInvoice({ purchaseOrder: "PO-2026-119" }));
    expect(sha256(other)).not.toBe(sha256(once));
  });

  it.each([
    ["de", "Rechnung", "Bezahlt aus dem USDC-Treuhandkonto"],
    ["fr", "Facture", "Payé par le séquestre USDC"],
  ] as const)("speaks %s, and still says Reverse charge", async (language, title, rail) => {
    const text = textOf(await readPdf(await renderDocument(sampleInvoice({ language }))));
    for (const said of [title, rail, "Reverse charge"]) expect(text).toContain(said);
  });

  it("goes on over as many pages as it has lines", async () => {
    const invoice = sampleInvoice();
    const [section] = invoice.sections;
    if (section === undefined) throw new Error("the sample has a section");
    const lines = Array.from({ length: 60 }, () => section.lines).flat();
    const pieces = await readPdf(await renderDocument({ ...invoice, sections: [{ ...section, lines }] }));
    const pages = Math.max(...pieces.map((piece) => piece.page));
    expect(pages).toBeGreaterThan(8);
    expect(pieces.filter((piece) => /^Page \d+ \/ \d+$/.test(piece.text)).map((piece) => piece.text)).toEqual(
      Array.from({ length: pages }, (_, page) => `Page ${page + 1} / ${pages}`),
    );
    expect(Math.min(...pieces.map((piece) => piece.y))).toBeGreaterThan(20);
    expect(pieces.filter((piece) => piece.text === "Verified training segments 6–8")).toHaveLength(60);
  });
});
