/** A cell of a file: words that somebody wrote, or a number that we wrote. */
export type Cell = string | { readonly number: string };

/** What a spreadsheet would run as a formula when a cell begins with it. */
const FORMULA = /^[=+\-@\t\r]/;

/**
 * One line of a CSV file (RFC 4180, CRLF). Words that a spreadsheet would run get an apostrophe before them, so that a
 * job's name stays a name; numbers are ours and keep their sign.
 */
export function csvLine(cells: readonly Cell[]): string {
  return `${cells.map((cell) => (typeof cell === "string" ? textCell(cell) : cell.number)).join(",")}\r\n`;
}

function textCell(text: string): string {
  const safe = FORMULA.test(text) ? `'${text}` : text;
  return /[",\r\n\t]/.test(safe) || safe !== safe.trim() ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** An amount as a cell. */
export function numberCell(text: string): Cell {
  return { number: text };
}
