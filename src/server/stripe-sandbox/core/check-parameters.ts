import type { StripeFailure } from "./failure";
import { invalid } from "./failure";
import type { FormObject, FormValue } from "./form";
import { DEFINITIONS, ENDPOINT_SCHEMAS } from "./generated/parameters";

/** The part of JSON Schema that parameters need. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: "array" | "boolean" | "number" | "object" | "string";
  readonly enum?: readonly string[];
  readonly anyOf?: readonly Schema[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Schema | false;
}

/** What is wrong, and how deep: of a choice of forms, the one that fits furthest is the one that the caller meant. */
interface Problem {
  readonly depth: number;
  readonly failure: StripeFailure;
}

/** Throws Stripe's refusal unless an endpoint takes these parameters. A form's values are texts: "12" is a number there. */
export function checkParameters(endpoint: string, parameters: FormObject): void {
  const schema = ENDPOINT_SCHEMAS[endpoint];
  if (schema === undefined) throw new Error(`${endpoint} has no schema: run node scripts/stripe-parameters.mjs`);
  const problem = problemWith(schema, parameters, []);
  if (problem !== null) throw problem.failure;
}

function problemWith(schema: Schema, value: FormValue, path: readonly string[]): Problem | null {
  if (schema.$ref !== undefined) return problemWith(DEFINITIONS[schema.$ref.slice(8)] ?? {}, value, path);
  if (schema.anyOf !== undefined) return problemWithAll(schema.anyOf, value, path);
  if (schema.enum !== undefined) {
    if (typeof value === "string" && schema.enum.includes(value)) return null;
    return wrong(path, `must be one of ${schema.enum.join(", ")}`);
  }
  switch (schema.type) {
    case "array":
      return problemWithArray(schema, value, path);
    case "object":
      return problemWithObject(schema, value, path);
    case "boolean":
      return value === "true" || value === "false" ? null : wrong(path, "must be true or false");
    case "number":
      if (typeof value === "string" && /^-?\d{1,15}(\.\d{1,12})?$/.test(value)) return null;
      return wrong(path, "must be an integer", "parameter_invalid_integer");
    case "string":
      return typeof value === "string" ? null : wrong(path, "must be a string");
    default:
      return null;
  }
}

function problemWithAll(schemas: readonly Schema[], value: FormValue, path: readonly string[]): Problem | null {
  const problems: Problem[] = [];
  for (const schema of schemas) {
    const problem = problemWith(schema, value, path);
    if (problem === null) return null;
    problems.push(problem);
  }
  return problems.sort((a, b) => b.depth - a.depth)[0] ?? null;
}

/** An empty text stands for the empty array, which a form cannot say otherwise. */
function problemWithArray(schema: Schema, value: FormValue, path: readonly string[]): Problem | null {
  if (value === "") return null;
  if (!Array.isArray(value)) return wrong(path, "must be an array");
  for (const [index, item] of value.entries()) {
    const problem = problemWith(schema.items ?? {}, item, [...path, String(index)]);
    if (problem !== null) return problem;
  }
  return null;
}

function problemWithObject(schema: Schema, value: FormValue, path: readonly string[]): Problem | null {
  if (typeof value !== "object" || Array.isArray(value)) return wrong(path, "must be an object");
  for (const [key, inner] of Object.entries(value)) {
    const known = schema.properties?.[key] ?? schema.additionalProperties;
    if (known === undefined || known === false) {
      const name = bracketed([...path, key]);
      return at(path, invalid(`Received unknown parameter: ${name}`, "parameter_unknown", name));
    }
    const problem = problemWith(known, inner, [...path, key]);
    if (problem !== null) return problem;
  }
  const missing = schema.required?.find((key) => value[key] === undefined);
  if (missing === undefined) return null;
  const name = bracketed([...path, missing]);
  return at(path, invalid(`Missing required param: ${name}.`, "parameter_missing", name));
}

function wrong(path: readonly string[], what: string, code = "parameter_invalid"): Problem {
  const name = bracketed(path);
  return { depth: path.length, failure: invalid(`Invalid ${name}: ${what}`, code, name) };
}

function at(path: readonly string[], failure: StripeFailure): Problem {
  return { depth: path.length + 1, failure };
}

/** A path as Stripe writes it: `line_items[0][price_data]`. */
export function bracketed(path: readonly PropertyKey[]): string {
  const [first, ...rest] = path.map(String);
  return `${first ?? ""}${rest.map((key) => `[${key}]`).join("")}`;
}
