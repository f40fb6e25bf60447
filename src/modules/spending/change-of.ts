type Plain = string | number | boolean | null | readonly string[];
/** What a row said, with amounts as bigint. */
type Values = Readonly<Record<string, Plain | bigint>>;

/** A change for the audit log: what stood there and what stands there since. Amounts are decimal text. */
export function changeOf(before: Values | null, after: Values | null) {
  return { before: before && plain(before), after: after && plain(after) };
}

function plain(values: Values): Record<string, Plain> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, typeof value === "bigint" ? String(value) : value]),
  );
}
