/** What a movement was, by the kind the ledger gives it. */
const KIND_WORDS: Readonly<Record<string, string>> = {
  deposit: "Funds added",
  hold: "Held for a job",
  segment: "Verified segment",
  void: "Returned from a job",
  audit: "Audit that found the truth",
  refund: "Refund",
  payout: "Payout to your bank",
  dispute: "Payment disputed by its bank",
  "dispute-recovered": "Taken for a disputed payment",
  debt: "Owed from an earlier refund",
};

const ACCOUNT_WORDS: Readonly<Record<string, string>> = {
  available: "Available",
  hold: "Held for a job",
  earnings: "Earnings",
};

/** A movement's kind for people; an unknown one keeps its technical name. */
export function kindWords(kind: string, asset: "USD" | "USDC" = "USD"): string {
  if (kind === "payout" && asset === "USDC") return "Withdrawal to your wallet";
  return KIND_WORDS[kind] ?? kind.replaceAll("-", " ");
}

/** The account that moved, for people. */
export function accountWords(kind: string): string {
  return ACCOUNT_WORDS[kind] ?? kind.replaceAll("-", " ");
}

/** The id of the job that a reference names, or null. */
export function jobOfReference(reference: string): string | null {
  return /\bjob_[0-9a-z]{22}\b/.exec(reference)?.[0] ?? null;
}

const METHOD_WORDS: Readonly<Record<string, string>> = {
  card: "card",
  ach: "bank debit (ACH)",
  bank_transfer: "bank transfer",
};

/** How a top-up is paid, for people. */
export function methodWords(method: string): string {
  return METHOD_WORDS[method] ?? method.replaceAll("_", " ");
}
