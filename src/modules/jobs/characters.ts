import { CHARACTER_COUNT } from "./templates";

const FIRST_PRINTABLE = 0x20;
const LINE_BREAK_TOKEN = CHARACTER_COUNT - 1;

/**
 * Text as character tokens, one uint8 each: printable ASCII 0x20-0x7e becomes 0-94, a line break 95. Accented letters
 * lose their accent, typographic quotes and dashes become plain ones, anything else a space.
 */
export function characterTokens(text: string): Uint8Array {
  const plain = text
    .normalize("NFKD")
    .replace(/\r\n?/g, "\n")
    .replace(/[\u0300-\u036f]/g, "")
    .replace(/[\u2018\u2019]/g, "'")
    .replace(/[\u201c\u201d]/g, '"')
    .replace(/[\u2012-\u2015]/g, "-");
  return Uint8Array.from(plain, (character) => {
    if (character === "\n") return LINE_BREAK_TOKEN;
    const code = character.codePointAt(0) ?? FIRST_PRINTABLE;
    return code >= FIRST_PRINTABLE && code < FIRST_PRINTABLE + LINE_BREAK_TOKEN ? code - FIRST_PRINTABLE : 0;
  });
}
