import { z } from "zod";
import { bracketed } from "./check-parameters";
import { StripeFailure, invalid, notImplemented } from "./failure";
import type { FormObject } from "./form";

/** A whole number in a form. */
export const Int = z
  .string()
  .regex(/^-?\d{1,15}$/)
  .transform(Number);
/** An amount in cents above zero. */
export const Amount = Int.refine((value) => value > 0);
/** `true` or `false`. */
export const Bool = z.enum(["true", "false"]).transform((value) => value === "true");
/** Free text, at least one character. */
export const Text = z.string().min(1).max(5_000);
/** A three-letter currency in lower case. */
export const Currency = z
  .string()
  .regex(/^[a-zA-Z]{3}$/)
  .transform((value) => value.toLowerCase());
/** Up to 50 keys; an empty value removes its key, an empty string instead of the object removes all. */
export const Metadata = z.union([z.literal(""), z.record(z.string().max(40), z.string().max(500))]);
/** A postal address. */
export const Address = z.strictObject({
  city: z.string().optional(),
  country: z.string().optional(),
  line1: z.string().optional(),
  line2: z.string().optional(),
  postal_code: z.string().optional(),
  state: z.string().optional(),
});
/** A moment or a range of moments, in seconds. */
export const Created = z.union([
  Int,
  z.strictObject({ gt: Int.optional(), gte: Int.optional(), lt: Int.optional(), lte: Int.optional() }),
]);
/** Parameters that every list knows. */
export const Page = {
  limit: Int.refine((value) => value >= 1 && value <= 100).optional(),
  starting_after: Text.optional(),
  ending_before: Text.optional(),
};

/**
 * Reads a request's parameters, which Stripe's own schema has let through: what is known there and not here is a loud 501,
 * missing and malformed ones are refused by name.
 */
export function read<S extends z.ZodType>(parameters: FormObject, schema: S): z.output<S> {
  const parsed = schema.safeParse(parameters);
  if (parsed.success) return parsed.data;
  const { issues } = parsed.error;
  const issue = issues.find(({ code }) => code === "unrecognized_keys") ?? deepest(issues);
  const name = bracketed(issue.path);
  if (issue.code === "unrecognized_keys") {
    throw notImplemented(`the parameter ${bracketed([...issue.path, issue.keys[0] ?? ""])}`);
  }
  if (issue.code === "invalid_type" && valueAt(parameters, issue.path) === undefined) {
    throw invalid(`Missing required param: ${name}.`, "parameter_missing", name);
  }
  const given = valueAt(parameters, issue.path);
  if (issue.code === "invalid_value" && typeof given === "string") throw notImplemented(`${name}=${given}`);
  throw new StripeFailure(400, {
    type: "invalid_request_error",
    message: `Invalid value for ${name}: ${issue.message}`,
    code: /integer|\\d/.test(issue.message) ? "parameter_invalid_integer" : "parameter_invalid",
    param: name,
  });
}

/** The metadata that results from `change` on `old`. */
export function mergedMetadata(
  old: Readonly<Record<string, string>>,
  change: z.output<typeof Metadata> | undefined,
): Record<string, string> {
  if (change === "") return {};
  return Object.fromEntries(Object.entries({ ...old, ...change }).filter(([, value]) => value !== ""));
}

type Issue = z.core.$ZodIssue;

/** Of a union's failures, the branch that looked furthest: it is the one that the caller meant. */
function deepest(issues: readonly Issue[]): Issue {
  const issue = issues[0];
  if (issue === undefined) throw new Error("a failed parse has an issue");
  if (issue.code !== "invalid_union") return issue;
  const inner = issue.errors.flat().sort((a, b) => b.path.length - a.path.length)[0];
  if (inner === undefined) return issue;
  return { ...inner, path: [...issue.path, ...inner.path] };
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (at, key) => (typeof at === "object" && at !== null ? (at as Record<PropertyKey, unknown>)[key] : undefined),
    value,
  );
}
