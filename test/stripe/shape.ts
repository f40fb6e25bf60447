import examples from "./examples.json";

type Json = Readonly<Record<string, unknown>>;

/** Keys that the SDK's types of this API version have and the official example objects, which are older, have not. */
const NEWER: Readonly<Record<string, readonly string[]>> = {
  "checkout.session": [
    "adaptive_pricing",
    "allowed_payment_method_types",
    "collected_information",
    "currency_conversion",
    "discounts",
    "integration_identifier",
    "managed_payments",
    "origin_context",
    "permissions",
    "ui_mode",
    "wallet_options",
  ],
  payment_intent: ["allowed_payment_method_types", "payment_record"],
  dispute: ["intended_submission_method"],
};

/** Keys of the object's top level that the official example object of its type does not have. */
export function strangeKeys(object: object): string[] {
  const type = (object as { object: string }).object;
  const example = (examples as Readonly<Record<string, Json>>)[type];
  if (example === undefined) throw new Error(`no example object of type ${type}`);
  const known = new Set([...Object.keys(example), ...(NEWER[type] ?? []), "lastResponse"]);
  return Object.keys(object).filter((key) => !known.has(key));
}
