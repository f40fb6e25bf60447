import { formatUsd } from "@/kernel/values/money";

/** What each role may do, in one line. */
export const ROLE_WORDS = {
  owner: "everything",
  admin: "everything",
  engineer: "post and cancel jobs, join machines, set offers",
  finance: "add funds, read every statement",
  viewer: "look at everything, change nothing",
} as const;

const SENTENCES: Readonly<Record<string, (details: Details) => string>> = {
  "identity.organisation-created": (details) => `created the organisation ${details.text("name")}`,
  "identity.join-token-created": () => "made a token for a machine to join",
  "identity.machine-joined": (details) => `joined as ${details.text("name")}`,
  "identity.machine-quarantined": (details) => `was taken off the market. ${details.text("reason")}`,
  "jobs.dataset-added": (details) => `added the dataset ${details.text("name")}`,
  "settlement.job-posted": (details) =>
    `posted the job ${details.text("name")} with a limit of ${details.money("limitMicros")}`,
  "settlement.job-cancelled": () => "cancelled a job",
  "market.offer-set": (details) =>
    `set an offer${details.has("floorMicrosPerHour") ? ` of ${details.money("floorMicrosPerHour")} per hour` : ""}`,
  "payments.top-up-started": (details) => `started a top-up of ${details.money("amountMicros")}`,
  "payments.deposit": (details) => `credited a payment of ${details.money("amountMicros")}`,
  "payments.refund-requested": (details) =>
    `asked for a refund of ${details.money("amountMicros")}: ${details.text("reason")}`,
  "payments.refund-succeeded": (details) => `refunded ${details.money("amountMicros")}`,
  "payments.refund-failed": (details) =>
    `could not refund ${details.money("amountMicros")}; it is in the balance again`,
  "payments.refund-made-at-stripe": (details) => `booked a refund of ${details.money("amountMicros")} made at Stripe`,
  "payments.payout-requested": (details) => `asked for a payout of ${details.money("amountMicros")}`,
  "payments.payout-paid": () => "saw a payout arrive at the bank",
  "payments.payout-returned": (details) => `saw a payout come back: ${details.text("failure")}`,
  "payments.onboarding-started": () => "opened the set-up of payouts at Stripe",
  "payments.auto-top-up-set": () => "changed the automatic top-up",
  "payments.auto-top-up": (details) => `started an automatic top-up of ${details.money("amountMicros")}`,
  "payments.sandbox-deposit": (details) => `added ${details.money("amountMicros")} of demo funds`,
};

class Details {
  constructor(private readonly values: Readonly<Record<string, unknown>>) {}
  has(name: string): boolean {
    return this.values[name] !== undefined;
  }
  text(name: string): string {
    const value = this.values[name];
    return typeof value === "string" || typeof value === "number" ? String(value) : "";
  }
  money(name: string): string {
    const text = this.text(name);
    return /^-?\d+$/.test(text) ? formatUsd(BigInt(text)) : text;
  }
}

/** An entry of the audit log as the end of a sentence that begins with who did it. Unknown acts keep their technical name. */
export function activitySentence(action: string, details: unknown): string {
  const values = typeof details === "object" && details !== null ? (details as Record<string, unknown>) : {};
  return SENTENCES[action]?.(new Details(values)) ?? action.replace(".", ": ").replaceAll("-", " ");
}

/** Who acted, from the log's "kind:id": a member by name, else what kind of thing it was. */
export function actorWords(
  actor: string,
  people: readonly { userId: string; name: string | null; email: string }[],
): string {
  const [kind, id = ""] = actor.split(/:(.*)/s);
  if (kind === "user") {
    const person = people.find((candidate) => candidate.userId === id);
    return person?.name ?? person?.email ?? "A former member";
  }
  return kind === "machine" ? "A machine" : "Trainyard";
}
