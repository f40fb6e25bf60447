import { assetOfRail, formatAmount, formatUsd, type Asset } from "@/kernel/values/money";

/** What each role may do, in one line. */
export const ROLE_WORDS = {
  owner: "everything",
  admin: "everything",
  engineer: "post and cancel jobs within the budget, join machines, set offers",
  finance: "add funds, set budgets and limits, approve spending, read and export everything",
  viewer: "look at everything, change nothing",
} as const;

const SENTENCES: Readonly<Record<string, (details: Details) => string>> = {
  "identity.organisation-created": (details) => `created the organisation ${details.text("name")}`,
  "identity.join-token-created": () => "made a token for a machine to join",
  "identity.machine-joined": (details) => `joined as ${details.text("name")}`,
  "identity.machine-quarantined": (details) => `was taken off the market. ${details.text("reason")}`,
  "jobs.dataset-added": (details) => `added the dataset ${details.text("name")}`,
  "settlement.job-posted": (details) =>
    `posted the job ${details.text("name")} with a limit of ${details.money("limitMicros", details.asset())}`,
  "settlement.job-cancelled": () => "cancelled a job",
  "settlement.job-approved": (details) =>
    `approved the job ${details.text("name")} of ${details.money("limitMicros", details.asset())}${details.note()}`,
  "settlement.job-declined": (details) =>
    `declined the job ${details.text("name")} of ${details.money("limitMicros", details.asset())}${details.note()}`,
  "settlement.approval-expired": (details) =>
    `ended the request for ${details.text("name")} of ${details.money("limitMicros", details.asset())}: nobody decided in time`,
  "spending.policy-set": () => "changed who may spend how much",
  "spending.project-created": () => "created a project",
  "spending.project-changed": () => "changed a project",
  "spending.project-closed": () => "closed a project",
  "spending.budget-set": (details) => `set the ${budgetWords(details)} of ${details.text("name")}`,
  "spending.budget-alert": (details) =>
    `saw ${details.text("percent")} % of the ${budgetWords(details)} of ${details.text("name")} used`,
  "spending.purchase-order-set": (details) => `set the purchase order ${details.text("number")}`,
  "identity.member-invited": (details) => `invited ${details.text("email")}`,
  "identity.invitation-withdrawn": (details) => `took back the invitation of ${details.text("email")}`,
  "identity.member-joined": (details) => `joined the organisation as ${details.text("email")}`,
  "identity.role-changed": (details) => `changed the role of ${details.text("email")}`,
  "identity.member-removed": (details) => `ended the membership of ${details.text("email")}`,
  "market.offer-set": (details) =>
    `set an offer${details.has("floorMicrosPerHour") ? ` of ${details.money("floorMicrosPerHour")} per hour` : ""}`,
  "billing.tax-profile-saved": (details) =>
    `saved version ${details.text("version")} of the tax profile of ${details.text("legalName")}`,
  "billing.document-issued": (details) => `issued ${details.text("number")}`,
  "billing.month-closed": () => "closed a month",
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
  "payments.wire-received": (details) => `received a wire of ${details.money("amountMicros")}`,
  "payments.test-wire": (details) => `sent a test wire of ${details.money("amountMicros")}`,
  "payments.evidence-queued": (details) => `sent the evidence on ${details.text("jobs")} jobs to a dispute`,
  "payments.evidence-sent": () => "passed the evidence on a dispute to Stripe",
  "payments.evidence-refused": (details) =>
    `could not pass the evidence on a dispute to Stripe: ${details.text("failure")}`,
  "payments.auto-top-up-set": () => "changed the automatic top-up",
  "payments.auto-top-up-paused": (details) => `paused the automatic top-up: ${details.text("reason")}`,
  "payments.auto-top-up": (details) => `started an automatic top-up of ${details.money("amountMicros")}`,
  "escrow.wallet-linked": () => "linked a wallet",
  "escrow.wallet-unlinked": () => "ended the link of a wallet",
  "escrow.payout-wallet-set": () => "chose the wallet that earnings go to",
  "escrow.deposit-prepared": () => "opened a payment in USDC",
  "escrow.deposit-authorised": () => "signed a payment in USDC",
  "escrow.deposit-hold": (details) => `saw ${details.money("amountMicros", "USDC")} arrive for a job`,
  "escrow.deposit-refund": (details) =>
    `saw ${details.money("amountMicros", "USDC")} arrive that no job waits for; it goes back`,
  "escrow.deposit-quarantine": (details) =>
    `put ${details.money("amountMicros", "USDC")} into quarantine: the payer is on a screening list`,
  "escrow.withdrawal-requested": (details) => `asked to withdraw ${details.money("amountMicros", "USDC")}`,
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
  /** A comment that goes with the act, as the end of its sentence. */
  note(): string {
    const comment = this.text("comment");
    return comment === "" ? "" : `: “${comment}”`;
  }
  /** What the job that the entry is about is paid in. */
  asset(): Asset {
    return assetOfRail(this.text("rail"));
  }
  money(name: string, asset: Asset = "USD"): string {
    const text = this.text(name);
    return /^-?\d+$/.test(text) ? formatAmount(BigInt(text), asset) : text;
  }
}

function budgetWords(details: Details): string {
  return details.text("period") === "month" ? "monthly budget" : "budget";
}

/** What an entry changed, a line a value: what it was before and what it is since. Empty where it changed nothing by name. */
export function changesOf(details: unknown): readonly string[] {
  const { before, after } = recordOf(details);
  const [was, is] = [recordOf(before), recordOf(after)];
  const names = [...new Set([...Object.keys(was), ...Object.keys(is)])];
  return names
    .filter((name) => JSON.stringify(was[name]) !== JSON.stringify(is[name]))
    .map((name) => `${nameWords(name)}: ${valueWords(name, was[name])} → ${valueWords(name, is[name])}`);
}

const NAMES: Readonly<Record<string, string>> = {
  poRequired: "Purchase order required",
  missing: "Approvals still missing",
};

function nameWords(name: string): string {
  const known = NAMES[name];
  if (known !== undefined) return known;
  return name
    .replace(/Micros$/, "")
    .replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
    .replace(/^./, (letter) => letter.toUpperCase());
}

function valueWords(name: string, value: unknown): string {
  if (value === undefined || value === null || value === "") return "none";
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (Array.isArray(value)) return value.length === 0 ? "none" : value.join(", ");
  if (typeof value !== "string" && typeof value !== "number") return JSON.stringify(value);
  return name.endsWith("Micros") && /^-?\d+$/.test(String(value)) ? formatUsd(BigInt(value)) : String(value);
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

/** An entry of the audit log as the end of a sentence that begins with who did it. Unknown acts keep their technical name. */
export function activitySentence(action: string, details: unknown): string {
  return SENTENCES[action]?.(new Details(recordOf(details))) ?? action.replace(".", ": ").replaceAll("-", " ");
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
