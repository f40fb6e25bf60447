import { readFile } from "node:fs/promises";
import { join } from "node:path";
import fontkit from "@pdf-lib/fontkit";
import type { PDFDocument, PDFFont } from "pdf-lib";

/** The faces of a document: text, emphasis, and a fixed pitch for hashes and numbers. */
export interface Faces {
  readonly text: PDFFont;
  readonly bold: PDFFont;
  readonly mono: PDFFont;
}

const FILES = {
  text: "geist-sans/Geist-Regular.ttf",
  bold: "geist-sans/Geist-SemiBold.ttf",
  mono: "geist-mono/GeistMono-Regular.ttf",
} as const;

const bytesOf = new Map<string, Promise<Uint8Array>>();

/**
 * Geist covers Latin with all its European accents, and Cyrillic. Only the glyphs that are used go into the file, without
 * ligatures, so that every letter can be searched and copied; digits have one width, so that columns line up.
 */
export async function embedFaces(pdf: PDFDocument): Promise<Faces> {
  pdf.registerFontkit(fontkit);
  const embed = async (file: string): Promise<PDFFont> =>
    pdf.embedFont(await fontBytes(file), { subset: true, features: { liga: false, tnum: true } });
  return { text: await embed(FILES.text), bold: await embed(FILES.bold), mono: await embed(FILES.mono) };
}

function fontBytes(file: string): Promise<Uint8Array> {
  const known = bytesOf.get(file);
  if (known !== undefined) return known;
  const read = readFile(join(fontFolder(), file)).then((bytes) => new Uint8Array(bytes));
  bytesOf.set(file, read);
  return read;
}

/** The files are read where npm put them: every process of the platform runs in the project's folder. */
function fontFolder(): string {
  return join(process.cwd(), "node_modules", "geist", "dist", "fonts");
}
