import { cashBalance } from "./cash";
import { invalid } from "./failure";
import type { FormValue } from "./form";
import type { Row, State } from "./state";

type Json = Record<string, unknown>;

/** A deep copy of `body` in which the named fields hold objects instead of ids. */
export function expanded(state: State, body: object, paths: FormValue | undefined): object {
  const copy = structuredClone(body) as Json;
  if (paths === undefined) return copy;
  for (const path of Array.isArray(paths) ? paths : [paths]) {
    if (typeof path !== "string") throw invalid("Invalid array of expansions.", "parameter_invalid", "expand");
    expandAt(state, copy, path.split("."), path);
  }
  return copy;
}

function expandAt(state: State, at: Json, keys: readonly string[], path: string): void {
  const [key, ...rest] = keys;
  if (key === undefined) return;
  if (key === "line_items" && at["object"] === "checkout.session") {
    at[key] = { object: "list", data: state.lineItems[String(at["id"])] ?? [], has_more: false, url: "" };
    return;
  }
  if (key === "cash_balance" && at["object"] === "customer") {
    at[key] = cashBalance(state, String(at["id"]));
    return;
  }
  const value = at[key];
  if (value === undefined) {
    throw invalid(`This property cannot be expanded (${path}).`, "parameter_invalid", "expand[0]");
  }
  if (typeof value === "string") at[key] = objectOf(state, value) ?? value;
  const next = at[key];
  for (const item of Array.isArray(next) ? next : [next]) {
    if (typeof item === "object" && item !== null) expandAt(state, item as Json, rest, path);
  }
}

function objectOf(state: State, id: string): object | null {
  for (const table of Object.values(state.tables) as Record<string, Row<object>>[]) {
    const row = table[id];
    if (row !== undefined) return structuredClone(row.body);
  }
  return null;
}
