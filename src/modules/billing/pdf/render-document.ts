import { wordsOf, movementWords, type Words } from "../documents/words";
import { hashSnapshot } from "../documents/hash-snapshot";
import type { DocumentParty, DocumentSection, DocumentSnapshot, StatementAccount } from "../documents/snapshot";
import { amountText, assetText } from "./money-text";
import { COLOURS, lineHeight, Sheet, type Ink } from "./sheet";

const LABEL: Ink = { size: 6.8, colour: COLOURS.faint };
const DETAIL: Ink = { size: 7.2, colour: COLOURS.soft };
const PROOF: Ink = { size: 6.2, face: "mono", colour: COLOURS.faint };
const HASH_SHOWN = 24;

/** Makes a document's PDF from its snapshot alone: the same snapshot gives the same bytes. */
export async function renderDocument(snapshot: DocumentSnapshot): Promise<Uint8Array> {
  const words = wordsOf(snapshot.language);
  const title = words.title[snapshot.kind];
  const sheet = await Sheet.open({
    title: `${title} ${snapshot.number}`,
    author: snapshot.seller.legalName,
    at: new Date(snapshot.issuedAt),
    language: snapshot.language,
  });
  heading(sheet, words, snapshot);
  sheet.onNewPage(() => runningHead(sheet, `${title} ${snapshot.number}`));
  facts(sheet, words, snapshot);
  parties(sheet, words, snapshot);
  for (const section of snapshot.sections) drawSection(sheet, words, snapshot, section);
  for (const account of snapshot.accounts) drawAccount(sheet, words, account);
  notes(sheet, words, snapshot);
  const hash = hashSnapshot(snapshot);
  return sheet.finish((page, pages) => [
    [snapshot.footer === "" ? snapshot.seller.legalName : snapshot.footer, `${words.page} ${page} / ${pages}`],
    [`sha256 ${hash}`, snapshot.number],
  ]);
}

function heading(sheet: Sheet, words: Words, snapshot: DocumentSnapshot): void {
  sheet.mark(sheet.left, 17, COLOURS.proof);
  sheet.write("Trainyard", sheet.left + 38, { face: "bold", size: 13 });
  sheet.write(words.title[snapshot.kind], sheet.right, { face: "bold", size: 19, align: "right" });
  sheet.down(27);
  sheet.write(snapshot.number, sheet.right, { face: "mono", size: 9.5, colour: COLOURS.soft, align: "right" });
  sheet.down(24);
}

function runningHead(sheet: Sheet, text: string): void {
  sheet.mark(sheet.left, 11, COLOURS.proof);
  sheet.write(text, sheet.right, { size: 7.5, colour: COLOURS.faint, align: "right" });
  sheet.down(24);
}

function facts(sheet: Sheet, words: Words, snapshot: DocumentSnapshot): void {
  const shown: [string, string][] = [[words.issued, day(snapshot.issuedAt)]];
  if (snapshot.period !== null)
    shown.push([words.period, `${day(snapshot.period.from)} – ${lastDay(snapshot.period)}`]);
  if (snapshot.purchaseOrder !== null) shown.push([words.purchaseOrder, snapshot.purchaseOrder]);
  if (snapshot.reference !== null) shown.push([words.reference, snapshot.reference]);
  sheet.rule(COLOURS.ink, 0.9);
  sheet.down(9);
  const column = sheet.width / Math.max(4, shown.length);
  const top = sheet.y;
  let lowest = top;
  shown.forEach(([label, value], index) => {
    sheet.y = top;
    const x = sheet.left + index * column;
    sheet.write(label, x, LABEL);
    sheet.down(11);
    const ink: Ink = { size: 8.2, face: "bold" };
    sheet.paragraph(sheet.wrap(value, column - 10, ink), x, ink);
    lowest = Math.min(lowest, sheet.y);
  });
  sheet.y = lowest - 10;
}

function parties(sheet: Sheet, words: Words, snapshot: DocumentSnapshot): void {
  sheet.rule();
  sheet.down(11);
  const half = sheet.width / 2;
  const top = sheet.y;
  party(sheet, words, sheet.left, half - 16, words.supplier, snapshot.seller);
  const low = sheet.y;
  sheet.y = top;
  party(sheet, words, sheet.left + half, half - 8, words.customer, snapshot.buyer);
  sheet.y = Math.min(low, sheet.y) - 14;
  if (snapshot.reason !== null) {
    sheet.write(words.reason, sheet.left, LABEL);
    sheet.down(11);
    sheet.paragraph(sheet.wrap(snapshot.reason, sheet.width), sheet.left);
    sheet.down(10);
  }
}

function party(sheet: Sheet, words: Words, x: number, width: number, role: string, who: DocumentParty): void {
  sheet.write(role, x, LABEL);
  sheet.down(11);
  const name: Ink = { face: "bold", size: 9.2 };
  sheet.paragraph(sheet.wrap(who.legalName, width, name), x, name);
  const lines = [...who.addressLines, ...(who.countryName === null ? [] : [who.countryName])];
  for (const line of lines) sheet.paragraph(sheet.wrap(line, width), x, { colour: COLOURS.soft });
  if (who.taxId !== null) sheet.paragraph([`${words.taxId} ${who.taxId}`], x, { colour: COLOURS.soft });
  if (who.email !== null) sheet.paragraph(sheet.wrap(who.email, width), x, { colour: COLOURS.soft });
}

function drawSection(sheet: Sheet, words: Words, snapshot: DocumentSnapshot, section: DocumentSection): void {
  sheet.keep(96);
  band(sheet, section.asset, words.sectionTitle[section.settledBy]);
  const columns = columnsOf(sheet);
  const head = (): void => {
    sheet.write(words.description, sheet.left + 2, LABEL);
    sheet.write(words.quantity, columns.quantity, { ...LABEL, align: "right" });
    sheet.write(words.tax, columns.tax, { ...LABEL, align: "right" });
    sheet.write(`${words.amount} (${section.asset})`, sheet.right - 2, { ...LABEL, align: "right" });
    sheet.down(12);
    sheet.rule();
    sheet.down(7);
  };
  head();
  for (const line of section.lines) {
    if (sheet.keep(lineSpace(line))) head();
    drawLine(sheet, words, section, line);
  }
  totals(sheet, words, snapshot, section);
}

/** The bar above an asset's part of the document: what cannot be overlooked cannot be added up by mistake. */
function band(sheet: Sheet, asset: string, title: string): void {
  const height = 21;
  sheet.box({ x: sheet.left, width: sheet.width, height, colour: asset === "USDC" ? COLOURS.proofWash : COLOURS.wash });
  sheet.box({ x: sheet.left, width: 3, height, colour: asset === "USDC" ? COLOURS.proof : COLOURS.ink });
  sheet.down(6);
  sheet.write(asset, sheet.left + 12, { face: "bold", size: 9.5 });
  sheet.write(title, sheet.left + 52, { size: 9, colour: COLOURS.soft });
  sheet.down(height + 3);
}

function columnsOf(sheet: Sheet) {
  return { text: sheet.width - 236, quantity: sheet.right - 168, tax: sheet.right - 96 };
}

function lineSpace(line: DocumentSection["lines"][number]): number {
  return 24 + (line.jobId === null ? 0 : 11) + (line.evidence === null ? 0 : 20);
}

function drawLine(sheet: Sheet, words: Words, section: DocumentSection, line: DocumentSection["lines"][number]): void {
  const columns = columnsOf(sheet);
  const [one, many] = words.unit[line.unit];
  sheet.write(`${line.quantity} ${line.quantity === 1 ? one : many}`, columns.quantity, { align: "right" });
  sheet.write(rateText(section), columns.tax, { align: "right", colour: COLOURS.soft });
  sheet.write(amountText(line.grossMicros, 6), sheet.right - 2, { align: "right", face: "bold" });
  const x = sheet.left + 2;
  sheet.paragraph(sheet.wrap(line.description, columns.text, { face: "bold" }), x, { face: "bold" });
  for (const text of detailsOf(words, line)) sheet.paragraph(sheet.wrap(text, columns.text + 60, DETAIL), x, DETAIL);
  if (line.evidence !== null) {
    const { firstCommitment, lastCommitment } = line.evidence;
    const hashes =
      firstCommitment === lastCommitment
        ? shortHash(firstCommitment)
        : `${shortHash(firstCommitment)} → ${shortHash(lastCommitment)}`;
    sheet.paragraph([`${words.evidence} ${hashes}`], x, PROOF);
  }
  const [first] = line.entryIds;
  if (first !== undefined && line.evidence !== null) {
    const rest = line.entryIds.length > 1 ? ` + ${line.entryIds.length - 1}` : "";
    sheet.paragraph([`${words.ledgerEntries} ${first}${rest}`], x, PROOF);
  }
  sheet.down(5);
  sheet.rule();
  sheet.down(7);
}

function detailsOf(words: Words, line: DocumentSection["lines"][number]): string[] {
  const { project, costCentre, purchaseOrder, tags } = line.labels;
  const first = [
    ...(line.jobName === null ? [] : [`${words.job} “${line.jobName}”`]),
    ...(line.jobId === null ? [] : [line.jobId]),
    ...(line.counterparty === null ? [] : [line.counterparty]),
  ];
  const second = [
    ...(project === null ? [] : [`${words.project} ${project}`]),
    ...(costCentre === null ? [] : [`${words.costCentre} ${costCentre}`]),
    ...(purchaseOrder === null ? [] : [`${words.purchaseOrder} ${purchaseOrder}`]),
    ...Object.entries(tags).map(([name, value]) => `${name}: ${value}`),
  ];
  return [first, second].filter((parts) => parts.length > 0).map((parts) => parts.join("  ·  "));
}

function totals(sheet: Sheet, words: Words, snapshot: DocumentSnapshot, section: DocumentSection): void {
  const { asset } = section;
  const credit = snapshot.kind === "credit_note";
  const rows: [string, string][] = [[words.net, amountText(section.netMicros, 6)]];
  rows.push([taxLabel(words, section), amountText(section.taxMicros, 6)]);
  rows.push([words.exactTotal, amountText(section.grossMicros, 6)]);
  if (section.roundingMicros !== "0") rows.push([words.rounding, amountText(section.roundingMicros, 6)]);
  sheet.keep(rows.length * 13 + 62);
  const x = sheet.right - 250;
  sheet.down(2);
  for (const [label, value] of rows) {
    sheet.write(label, x, { colour: COLOURS.soft });
    sheet.write(value, sheet.right - 2, { align: "right" });
    sheet.down(13);
  }
  sheet.box({ x: x - 10, width: 260, height: 24, colour: asset === "USDC" ? COLOURS.proofWash : COLOURS.wash });
  sheet.down(6.5);
  sheet.write(words.total, x, { face: "bold", size: 10.5 });
  sheet.write(assetText(section.payableMicros, asset, 2), sheet.right - 6, {
    face: "bold",
    size: 10.5,
    align: "right",
  });
  sheet.down(24);
  if (snapshot.kind === "invoice" || credit) {
    sheet.write(credit ? words.credited : words.settled[section.settledBy], x, { colour: COLOURS.soft });
    sheet.write(assetText(section.payableMicros, asset, 2), sheet.right - 2, { align: "right", colour: COLOURS.soft });
    sheet.down(13);
  }
  if (snapshot.kind === "invoice") {
    sheet.write(words.due, x, { face: "bold" });
    sheet.write(assetText(0n, asset, 2), sheet.right - 2, { align: "right", face: "bold" });
    sheet.down(13);
  }
  sheet.down(14);
}

function drawAccount(sheet: Sheet, words: Words, account: StatementAccount): void {
  sheet.keep(96);
  band(sheet, account.asset, words.book[account.book]);
  const row = (label: string, note: string, amountMicros: string, bold: boolean): void => {
    sheet.keep(16);
    sheet.write(label, sheet.left + 2, bold ? { face: "bold" } : {});
    sheet.write(note, sheet.right - 150, { align: "right", colour: COLOURS.faint });
    sheet.write(amountText(amountMicros, 6), sheet.right - 2, { align: "right", ...(bold ? { face: "bold" } : {}) });
    sheet.down(12.5);
    sheet.rule();
    sheet.down(6);
  };
  row(words.opening, "", account.openingMicros, true);
  for (const { kind, count, amountMicros } of account.movements)
    row(movementWords(kind), `${count} ×`, amountMicros, false);
  row(words.closing, "", account.closingMicros, true);
  sheet.down(12);
}

function notes(sheet: Sheet, words: Words, snapshot: DocumentSnapshot): void {
  const wordings = snapshot.sections.flatMap(({ tax }) => {
    if (tax.wording === null) return [];
    return [tax.treatment === "reverse-charge" ? `${words.reverseCharge}. ${tax.wording}` : tax.wording];
  });
  const lines = [...new Set(wordings)];
  if (snapshot.sections.length > 0) lines.push(words.roundingRule);
  if (snapshot.sections.some((section) => section.lines.some((line) => line.evidence !== null)))
    lines.push(words.proof);
  if (new Set([...snapshot.sections, ...snapshot.accounts].map(({ asset }) => asset)).size > 1)
    lines.push(words.separate);
  const ink: Ink = { size: 7.2, colour: COLOURS.soft };
  const wrapped = lines.map((line) => sheet.wrap(line, sheet.width, ink));
  sheet.keep(wrapped.flat().length * lineHeight(ink) + 8);
  for (const paragraph of wrapped) {
    sheet.paragraph(paragraph, sheet.left, ink);
    sheet.down(3);
  }
}

function taxLabel(words: Words, section: DocumentSection): string {
  const { tax } = section;
  if (tax.rateBps > 0) return `${words.tax} ${rateText(section)} ${tax.country ?? ""} (${words.included})`;
  return tax.treatment === "reverse-charge" ? `${words.tax} 0% · ${words.reverseCharge}` : `${words.tax} 0%`;
}

/** A rate for people: 2300 hundredths of a percent are "23%", 2550 are "25.5%". */
function rateText({ tax }: DocumentSection): string {
  const whole = Math.floor(tax.rateBps / 100);
  const rest = String(tax.rateBps % 100)
    .padStart(2, "0")
    .replace(/0+$/, "");
  return rest === "" ? `${whole}%` : `${whole}.${rest}%`;
}

function shortHash(hash: string): string {
  return hash.length > HASH_SHOWN ? `${hash.slice(0, HASH_SHOWN)}…` : hash;
}

function day(iso: string): string {
  return iso.slice(0, 10);
}

/** The last day that belongs to a period, whose end does not. */
function lastDay(period: { from: string; to: string }): string {
  return new Date(new Date(period.to).getTime() - 1).toISOString().slice(0, 10);
}
