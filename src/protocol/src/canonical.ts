/** What canonical JSON may hold: no floats, so that one value has exactly one encoding on every engine. */
export type Canonical = string | number | boolean | null | readonly Canonical[] | { readonly [key: string]: Canonical };

/**
 * Encodes a value as canonical JSON: keys in code-unit order, no white space, integers only
 * (a subset of RFC 8785). Throws TypeError on a float, undefined or any other type.
 */
export function canonicalJson(value: Canonical): string {
  if (value === null || typeof value === "boolean" || typeof value === "string") return JSON.stringify(value);
  if (typeof value === "number") {
    if (!Number.isSafeInteger(value)) throw new TypeError(`Canonical JSON holds safe integers only, got ${value}.`);
    return String(value === 0 ? 0 : value);
  }
  if (isList(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (typeof value !== "object") throw new TypeError(`Canonical JSON cannot hold a ${typeof value}.`);
  const record = value;
  const fields = Object.keys(record)
    .sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))
    .map((key) => {
      const field = record[key];
      if (field === undefined) throw new TypeError(`Canonical JSON cannot hold undefined at "${key}".`);
      return `${JSON.stringify(key)}:${canonicalJson(field)}`;
    });
  return `{${fields.join(",")}}`;
}

function isList(value: Canonical): value is readonly Canonical[] {
  return Array.isArray(value);
}
