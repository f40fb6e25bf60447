/** A cell of a file: words that somebody wrote, or a number that we wrote. */
export type Cell = string | { readonly number: string };

/** What a spreadsheet would run as a formula when a cell begins with it, the full-width forms included. */
const FORMULA = /^[\s\u0000]*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20]|^[\t\r\n]/;

/**
 * One line of a CSV file (RFC 4180, CRLF). Words that a spreadsheet would run get an apostrophe before them, so that a
 * job's name stays a name; numbers are ours and keep their sign.
 */
export function csvLine(cells: readonly Cell[]): string {
  return `${cells.map((cell) => (typeof cell === "string" ? textCell(cell) : cell.number)).join(",")}\r\n`;
}

function textCell(text: string): string {
  const safe = FORMULA.test(text) ? `'${text}` : text;
  return /[",\r\n\t;]/.test(safe) || safe !== safe.trim() ? `"${safe.replaceAll('"', '""')}"` : safe;
}
