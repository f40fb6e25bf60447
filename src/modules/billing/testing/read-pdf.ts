import {
  decodePDFRawStream,
  PDFArray,
  PDFDict,
  PDFDocument,
  PDFName,
  PDFRawStream,
  type PDFContext,
  type PDFObject,
} from "pdf-lib";

/** A piece of text where it stands on its page. */
export interface Piece {
  readonly page: number;
  readonly x: number;
  readonly y: number;
  readonly text: string;
}

/**
 * Reads a PDF's text back from its bytes: the content streams' show operators, each glyph through its font's own ToUnicode
 * map. Knows nothing of how the file was made.
 */
export async function readPdf(bytes: Uint8Array): Promise<Piece[]> {
  const pdf = await PDFDocument.load(bytes, { updateMetadata: false });
  return pdf.getPages().flatMap((page, index) => {
    const fonts = page.node.Resources()?.lookup(PDFName.of("Font"), PDFDict);
    const maps = new Map<string, Map<string, string>>();
    for (const [name, reference] of fonts?.entries() ?? []) {
      const font = pdf.context.lookup(reference, PDFDict);
      maps.set(name.asString(), unicodeMap(streamText(pdf.context.lookup(font.get(PDFName.of("ToUnicode"))))));
    }
    return pieces(contentOf(pdf.context, page.node.Contents()), maps).map((piece) => ({ page: index + 1, ...piece }));
  });
}

/** The text as a reader sees it: lines from the top down, pieces from left to right. */
export function textOf(pieces: readonly Piece[]): string {
  const rows = new Map<string, Piece[]>();
  for (const piece of pieces) {
    const key = `${String(piece.page).padStart(4, "0")}:${String(10_000 - Math.round(piece.y)).padStart(6, "0")}`;
    rows.set(key, [...(rows.get(key) ?? []), piece]);
  }
  return [...rows]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, row]) =>
      row
        .sort((a, b) => a.x - b.x)
        .map((piece) => piece.text)
        .join("  "),
    )
    .join("\n");
}

function contentOf(context: PDFContext, contents: PDFObject | undefined): string {
  if (contents instanceof PDFArray)
    return contents
      .asArray()
      .map((part) => streamText(context.lookup(part)))
      .join("\n");
  return streamText(contents);
}

function streamText(stream: PDFObject | undefined): string {
  if (!(stream instanceof PDFRawStream)) throw new Error("Expected a stream.");
  return Buffer.from(decodePDFRawStream(stream).decode()).toString("latin1");
}

/** Reads the bfchar and bfrange sections of a CMap: glyph codes of four hex digits to text. */
function unicodeMap(cmap: string): Map<string, string> {
  const map = new Map<string, string>();
  for (const [, body = ""] of cmap.matchAll(/beginbfchar([\s\S]*?)endbfchar/g))
    for (const [, code = "", text = ""] of body.matchAll(/<([0-9a-fA-F]+)>\s*<([0-9a-fA-F]+)>/g))
      map.set(code.toLowerCase(), utf16(text));
  for (const [, body = ""] of cmap.matchAll(/beginbfrange([\s\S]*?)endbfrange/g))
    for (const [, from = "", to = "", text = ""] of body.matchAll(
      /<([0-9a-fA-F]+)>\s*<([0-9a-fA-F]+)>\s*<([0-9a-fA-F]+)>/g,
    ))
      for (let code = parseInt(from, 16); code <= parseInt(to, 16); code++)
        map.set(
          code.toString(16).padStart(from.length, "0"),
          String.fromCodePoint((utf16(text).codePointAt(0) ?? 0) + code - parseInt(from, 16)),
        );
  return map;
}

function utf16(hex: string): string {
  return Buffer.from(hex, "hex").swap16().toString("utf16le");
}

const OPERATOR = /\/(\S+)\s+[-\d.]+\s+Tf|(?:[-\d.]+\s+){4}([-\d.]+)\s+([-\d.]+)\s+Tm|<([0-9a-fA-F]*)>\s*Tj/g;

function pieces(content: string, maps: ReadonlyMap<string, ReadonlyMap<string, string>>): Omit<Piece, "page">[] {
  const found: Omit<Piece, "page">[] = [];
  let map: ReadonlyMap<string, string> = new Map();
  let [x, y] = [0, 0];
  for (const [, font, atX, atY, glyphs] of content.matchAll(OPERATOR)) {
    if (font !== undefined) map = maps.get(`/${font}`) ?? new Map();
    if (atX !== undefined && atY !== undefined) [x, y] = [parseFloat(atX), parseFloat(atY)];
    if (glyphs === undefined) continue;
    const codes = glyphs.toLowerCase().match(/.{4}/g) ?? [];
    found.push({ x, y, text: codes.map((code) => map.get(code) ?? "\uFFFD").join("") });
  }
  return found;
}
