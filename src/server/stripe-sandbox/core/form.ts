/** A decoded form value: Stripe nests with brackets, `a[b][0][c]=1`. */
export type FormValue = string | FormValue[] | FormObject;
/** Named form values. */
export interface FormObject {
  [name: string]: FormValue;
}

const FORBIDDEN = new Set(["__proto__", "constructor", "prototype"]);

/** Decodes an `application/x-www-form-urlencoded` text with nesting; numbered and empty brackets make arrays. */
export function parseForm(text: string): FormObject {
  const root: FormObject = {};
  for (const [name, value] of new URLSearchParams(text)) {
    const keys = [...name.matchAll(/[^[\]]+|\[\]/g)].map((match) => match[0]);
    if (keys.length === 0 || keys.some((key) => FORBIDDEN.has(key))) continue;
    put(root, keys, value);
  }
  return withArrays(root) as FormObject;
}

function put(root: FormObject, keys: readonly string[], value: string): void {
  let at = root;
  for (const [index, raw] of keys.entries()) {
    const key = raw === "[]" ? String(Object.keys(at).length) : raw;
    if (index === keys.length - 1) {
      at[key] = value;
      return;
    }
    const next = at[key];
    const child: FormObject = typeof next === "object" && !Array.isArray(next) ? next : {};
    at[key] = child;
    at = child;
  }
}

function withArrays(value: FormValue): FormValue {
  if (typeof value === "string" || Array.isArray(value)) return value;
  const entries = Object.entries(value).map(([key, inner]) => [key, withArrays(inner)] as const);
  if (entries.length > 0 && entries.every(([key], index) => key === String(index))) {
    return entries.map(([, inner]) => inner);
  }
  return Object.fromEntries(entries);
}
