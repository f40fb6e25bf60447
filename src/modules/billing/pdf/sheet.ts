import { PDFDocument, rgb, type PDFPage, type RGB } from "pdf-lib";
import { embedFaces, type Faces } from "./fonts";

/** A4 in points, and the margins of it. */
const PAGE = { width: 595.28, height: 841.89 } as const;
const MARGIN = { side: 48, top: 46, bottom: 62 } as const;
const LINE = 1.36;

const hex = (code: string): RGB =>
  rgb(parseInt(code.slice(0, 2), 16) / 255, parseInt(code.slice(2, 4), 16) / 255, parseInt(code.slice(4, 6), 16) / 255);

/** Ink on paper, and the one accent. */
export const COLOURS = {
  ink: hex("151a18"),
  soft: hex("474e4a"),
  faint: hex("6b726d"),
  line: hex("d9d9d1"),
  wash: hex("f4f4ef"),
  proof: hex("00734f"),
  proofWash: hex("e4f2eb"),
  paper: hex("ffffff"),
} as const;

export interface Ink {
  readonly face?: keyof Faces;
  readonly size?: number;
  readonly colour?: RGB;
}

const INK = { face: "text", size: 8.5, colour: COLOURS.ink } as const;

/** A growing document with a pen: text, rules and boxes from the top down, and a new page where the paper ends. */
export class Sheet {
  readonly left = MARGIN.side;
  readonly right = PAGE.width - MARGIN.side;
  readonly width = PAGE.width - 2 * MARGIN.side;
  y = 0;
  #page: PDFPage;
  #onNewPage: () => void = () => undefined;

  private constructor(
    private readonly pdf: PDFDocument,
    private readonly faces: Faces,
  ) {
    this.#page = this.#addPage();
  }

  /** Nothing of the moment goes into the file: the same facts give the same bytes for ever. */
  static async open(about: { title: string; author: string; at: Date; language: string }): Promise<Sheet> {
    const pdf = await PDFDocument.create({ updateMetadata: false });
    pdf.setTitle(about.title, { showInWindowTitleBar: true });
    pdf.setAuthor(about.author);
    pdf.setCreator("Trainyard");
    pdf.setProducer("Trainyard");
    pdf.setLanguage(about.language);
    pdf.setCreationDate(about.at);
    pdf.setModificationDate(about.at);
    return new Sheet(pdf, await embedFaces(pdf));
  }

  /** What is drawn at the top of every page from the second one on. */
  onNewPage(draw: () => void): void {
    this.#onNewPage = draw;
  }

  /** Goes to a new page unless `height` more fits on this one. True: a page was begun. */
  keep(height: number): boolean {
    if (this.y - height >= MARGIN.bottom) return false;
    this.#page = this.#addPage();
    this.#onNewPage();
    return true;
  }

  down(distance: number): void {
    this.y -= distance;
  }

  /** One line of text; `x` is its left edge, or its right edge when aligned right. Moves nothing. */
  write(text: string, x: number, ink: Ink & { readonly align?: "right" } = {}): void {
    const { face, size, colour } = { ...INK, ...ink };
    const font = this.faces[face];
    const plain = printable(text);
    const at = ink.align === "right" ? x - font.widthOfTextAtSize(plain, size) : x;
    this.#page.drawText(plain, { x: at, y: this.y - size, font, size, color: colour });
  }

  /** Breaks text into lines of at most `width`; a word that is wider alone is broken inside. */
  wrap(text: string, width: number, ink: Ink = {}): string[] {
    const { face, size } = { ...INK, ...ink };
    const font = this.faces[face];
    const fits = (line: string): boolean => font.widthOfTextAtSize(line, size) <= width;
    const lines: string[] = [];
    let line = "";
    for (const word of printable(text).split(" ")) {
      const longer = line === "" ? word : `${line} ${word}`;
      if (fits(longer)) {
        line = longer;
        continue;
      }
      if (line !== "") lines.push(line);
      line = word;
      while (!fits(line)) {
        const cut = widestStart(line, fits);
        lines.push(line.slice(0, cut));
        line = line.slice(cut);
      }
    }
    lines.push(line);
    return lines;
  }

  /** Writes lines below each other and moves the pen below them. */
  paragraph(lines: readonly string[], x: number, ink: Ink = {}): void {
    for (const line of lines) {
      this.write(line, x, ink);
      this.down(lineHeight(ink));
    }
  }

  rule(colour: RGB = COLOURS.line, thickness = 0.6): void {
    this.#page.drawLine({
      start: { x: this.left, y: this.y },
      end: { x: this.right, y: this.y },
      thickness,
      color: colour,
    });
  }

  /** A filled box whose top is `above` over the pen. */
  box(b: { x: number; width: number; height: number; above?: number; colour: RGB }): void {
    const y = this.y + (b.above ?? 0) - b.height;
    this.#page.drawRectangle({ x: b.x, y, width: b.width, height: b.height, color: b.colour });
  }

  /** The mark: a train of segments, three proven and the next one claimed. */
  mark(x: number, size: number, colour: RGB): void {
    const unit = size / 16;
    const top = this.y;
    for (const at of [0, 7.5, 15])
      this.#page.drawRectangle({
        x: x + at * unit,
        y: top - 12 * unit,
        width: 6 * unit,
        height: 9 * unit,
        color: colour,
      });
    this.#page.drawRectangle({
      x: x + 23 * unit,
      y: top - 11.5 * unit,
      width: 4.5 * unit,
      height: 8 * unit,
      borderColor: colour,
      borderWidth: unit,
      borderDashArray: [2 * unit, 1.4 * unit],
    });
    this.#page.drawLine({
      start: { x, y: top - 14.5 * unit },
      end: { x: x + 28 * unit, y: top - 14.5 * unit },
      thickness: 1.2 * unit,
      color: COLOURS.ink,
    });
  }

  /** Writes the foot of every page, once their number is known, and returns the file. */
  async finish(foot: (page: number, pages: number) => readonly [string, string][]): Promise<Uint8Array> {
    const pages = this.pdf.getPages();
    pages.forEach((page, index) => {
      this.#page = page;
      this.y = MARGIN.bottom - 12;
      this.rule();
      this.down(8);
      for (const [left, right] of foot(index + 1, pages.length)) {
        this.write(left, this.left, { size: 6.5, colour: COLOURS.faint });
        this.write(right, this.right, { size: 6.5, colour: COLOURS.faint, align: "right" });
        this.down(9.5);
      }
    });
    return this.pdf.save({ addDefaultPage: false });
  }

  #addPage(): PDFPage {
    this.y = PAGE.height - MARGIN.top;
    return this.pdf.addPage([PAGE.width, PAGE.height]);
  }
}

/** The distance from one line to the next. */
export function lineHeight(ink: Ink = {}): number {
  return (ink.size ?? INK.size) * LINE;
}

function widestStart(word: string, fits: (line: string) => boolean): number {
  let cut = word.length - 1;
  while (cut > 1 && !fits(word.slice(0, cut))) cut--;
  return Math.max(1, cut);
}

/** One line's worth of text: control characters would move the pen or break the file. */
function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, " ").normalize("NFC");
}
