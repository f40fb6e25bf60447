/** Where a terminal writes to; process.stdout is one. */
export interface Output {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  write(text: string): unknown;
}

const LINE_EVERY_MS = 1_000;

/**
 * Lines that stay, and below them a block that is redrawn in place. Where the output is no terminal, the block's summary
 * is one more line whenever it changes, at most one a second.
 */
export class Terminal {
  #drawn = 0;
  #block: readonly string[] = [];
  #lastSummary = "";
  #lastSummaryAtMs = -Infinity;

  constructor(
    private readonly output: Output,
    private readonly nowMs: () => number,
  ) {}

  line(text = ""): void {
    this.#erase();
    this.output.write(`${text}\n`);
    this.#draw();
  }

  /** Shows `block` in place of the one before. */
  show(block: readonly string[], summary: string): void {
    if (this.output.isTTY !== true) return this.#summarise(summary);
    this.#erase();
    this.#block = block;
    this.#draw();
  }

  /** Leaves the block as it is and goes on below it. */
  settle(): void {
    this.#drawn = 0;
    this.#block = [];
  }

  #summarise(summary: string): void {
    if (summary === this.#lastSummary || this.nowMs() - this.#lastSummaryAtMs < LINE_EVERY_MS) return;
    this.#lastSummary = summary;
    this.#lastSummaryAtMs = this.nowMs();
    this.output.write(`${summary}\n`);
  }

  #erase(): void {
    if (this.#drawn > 0) this.output.write(`\x1b[${this.#drawn}A\x1b[0J`);
    this.#drawn = 0;
  }

  /** Lines are cut to the width: a wrapped line would make the next erase miss. */
  #draw(): void {
    if (this.output.isTTY !== true) return;
    const width = (this.output.columns ?? 80) - 1;
    for (const text of this.#block) this.output.write(`${cut(text, width)}\n`);
    this.#drawn = this.#block.length;
  }
}

function cut(text: string, width: number): string {
  const characters = [...text];
  return characters.length <= width ? text : `${characters.slice(0, Math.max(0, width - 1)).join("")}…`;
}
