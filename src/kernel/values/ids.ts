const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";

/** Kinds of row and their prefixes, so that an id says what it names wherever it turns up. */
export const ID_PREFIXES = {
  organisation: "org",
  user: "usr",
  session: "ses",
  document: "doc",
  joinToken: "jtk",
  machine: "mch",
  dataset: "dts",
  job: "job",
  segment: "seg",
  lease: "lea",
  audit: "aud",
  offer: "ofr",
  order: "ord",
  match: "mat",
  deposit: "dep",
  topUp: "tup",
  refund: "rfd",
  payout: "pay",
  stripeCall: "call",
  escrowOrder: "esc",
  chainTransaction: "ctx",
  incident: "inc",
  wallet: "wal",
  withdrawal: "wdr",
  project: "prj",
  purchaseOrder: "pur",
  invitation: "ivt",
} as const;
export type IdKind = keyof typeof ID_PREFIXES;

/**
 * A new id: prefix, 9 characters of time (milliseconds, Crockford base 32, sorts by age) and 13 of randomness (65 bits).
 */
export function newId(kind: IdKind, nowMs: number): string {
  let time = "";
  for (let rest = nowMs, i = 0; i < 9; i++, rest = Math.floor(rest / 32)) time = (ALPHABET[rest % 32] ?? "0") + time;
  const random = crypto.getRandomValues(new Uint8Array(13));
  return `${ID_PREFIXES[kind]}_${time}${Array.from(random, (byte) => ALPHABET[byte % 32]).join("")}`;
}
