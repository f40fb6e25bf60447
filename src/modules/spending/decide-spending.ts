import { formatUsd } from "@/kernel";

/** Who may consent to spending beyond what one person may do alone. */
export const APPROVER_ROLES = ["finance", "admin", "owner"] as const;
export type ApproverRole = (typeof APPROVER_ROLES)[number];

/** What an organisation lets one person do. Null limits are none. */
export interface PolicyTerms {
  readonly soloLimitMicros: bigint | null;
  readonly soloMonthMicros: bigint | null;
  readonly pairLimitMicros: bigint | null;
  readonly projectRequired: boolean;
}

export interface BudgetTerms {
  readonly period: "month" | "total";
  readonly amountMicros: bigint;
  readonly hardStop: boolean;
}

/** A project's rules, with the purchase order that the request names where the project has it. */
export interface ProjectTerms {
  readonly name: string;
  readonly closed: boolean;
  readonly requiredTags: readonly string[];
  readonly poRequired: boolean;
  readonly budgets: readonly BudgetTerms[];
  readonly purchaseOrder: { readonly number: string; readonly amountMicros: bigint; readonly closed: boolean } | null;
}

/** What somebody wants to spend, at most. */
export interface SpendingTerms {
  readonly amountMicros: bigint;
  readonly poNumber: string | null;
  readonly tags: Readonly<Record<string, string>>;
}

/** What is reserved and posted already: of the project this month and in all, of the order, and by this person alone this month. */
export interface SpentSoFar {
  readonly monthMicros: bigint;
  readonly totalMicros: bigint;
  readonly orderMicros: bigint;
  readonly aloneMicros: bigint;
}

export type RefusalCode =
  | "project-required"
  | "project-closed"
  | "tags-missing"
  | "purchase-order-required"
  | "purchase-order-unknown"
  | "purchase-order-closed"
  | "purchase-order-exceeded"
  | "budget-exceeded";

export type SpendingDecision =
  | { readonly kind: "allowed" }
  | {
      readonly kind: "needs-approval";
      readonly approvals: 1 | 2;
      readonly roles: readonly ApproverRole[];
      readonly reason: string;
    }
  | {
      readonly kind: "refused";
      readonly code: RefusalCode;
      readonly reason: string;
      readonly values: Readonly<Record<string, string | number>>;
    };

/**
 * Whether a request may be spent: at once, with whose consent, or not at all. Rules that nobody can consent away (project,
 * tags, order, hard budget) come first, so that nobody is asked to approve what cannot be.
 */
export function decideSpending(
  policy: PolicyTerms,
  project: ProjectTerms | null,
  request: SpendingTerms,
  spent: SpentSoFar,
): SpendingDecision {
  return (
    (project === null ? checkNoProject(policy) : checkProject(project, request, spent)) ??
    consentNeeded(policy, request.amountMicros, spent.aloneMicros) ?? { kind: "allowed" }
  );
}

function checkNoProject(policy: PolicyTerms): SpendingDecision | null {
  if (!policy.projectRequired) return null;
  return refused("project-required", "Your organisation spends by project. Choose the project that this job is for.");
}

function checkProject(project: ProjectTerms, request: SpendingTerms, spent: SpentSoFar): SpendingDecision | null {
  const { name } = project;
  if (project.closed) return refused("project-closed", `The project ${name} is closed. Choose another project.`);
  const missing = project.requiredTags.filter((tag) => (request.tags[tag] ?? "").trim() === "");
  if (missing.length > 0)
    return refused("tags-missing", `The project ${name} wants these tags on every job: ${missing.join(", ")}.`, {
      missing: missing.join(", "),
    });
  return checkOrder(project, request, spent) ?? checkBudgets(project, request, spent);
}

function checkOrder(project: ProjectTerms, request: SpendingTerms, spent: SpentSoFar): SpendingDecision | null {
  const { name, purchaseOrder: order } = project;
  const { poNumber } = request;
  if (poNumber === null)
    return project.poRequired
      ? refused("purchase-order-required", `The project ${name} wants a purchase order on every job. Choose one.`)
      : null;
  if (order === null)
    return refused(
      "purchase-order-unknown",
      `The project ${name} has no purchase order ${poNumber}. Choose one of its orders, or have finance add it.`,
      { poNumber },
    );
  if (order.closed)
    return refused("purchase-order-closed", `The purchase order ${poNumber} is closed. Choose another.`, { poNumber });
  const left = order.amountMicros - spent.orderMicros;
  if (request.amountMicros <= left) return null;
  return refused(
    "purchase-order-exceeded",
    `The purchase order ${poNumber} has ${formatUsd(atLeastZero(left))} left of ${formatUsd(order.amountMicros)}; this job may cost ${formatUsd(request.amountMicros)}. Lower the limit, choose another order, or have finance raise it.`,
    { poNumber, leftMicros: String(left), requestedMicros: String(request.amountMicros) },
  );
}

function checkBudgets(project: ProjectTerms, request: SpendingTerms, spent: SpentSoFar): SpendingDecision | null {
  for (const budget of project.budgets) {
    const left = budget.amountMicros - (budget.period === "month" ? spent.monthMicros : spent.totalMicros);
    if (!budget.hardStop || request.amountMicros <= left) continue;
    const span = budget.period === "month" ? "this month" : "in all";
    return refused(
      "budget-exceeded",
      `The project ${project.name} may spend ${formatUsd(budget.amountMicros)} ${span} and has ${formatUsd(atLeastZero(left))} left; this job may cost ${formatUsd(request.amountMicros)}. Lower the limit, or have finance raise the budget.`,
      { period: budget.period, leftMicros: String(left), requestedMicros: String(request.amountMicros) },
    );
  }
  return null;
}

function consentNeeded(policy: PolicyTerms, amount: bigint, alone: bigint): SpendingDecision | null {
  const { soloLimitMicros: solo, soloMonthMicros: month, pairLimitMicros: pair } = policy;
  if (pair !== null && amount > pair)
    return consent(
      2,
      `it may cost ${formatUsd(amount)}, and above ${formatUsd(pair)} two people approve, neither of them the one who asks`,
    );
  if (solo !== null && amount > solo)
    return consent(1, `it may cost ${formatUsd(amount)}, and one person alone may spend ${formatUsd(solo)} on a job`);
  if (month !== null && alone + amount > month)
    return consent(
      1,
      `one person alone may spend ${formatUsd(month)} a month, and ${formatUsd(alone)} of that is spent or reserved already`,
    );
  return null;
}

function consent(approvals: 1 | 2, reason: string): SpendingDecision {
  return { kind: "needs-approval", approvals, roles: APPROVER_ROLES, reason };
}

function refused(
  code: RefusalCode,
  reason: string,
  values: Readonly<Record<string, string | number>> = {},
): SpendingDecision {
  return { kind: "refused", code, reason, values };
}

function atLeastZero(amount: bigint): bigint {
  return amount < 0n ? 0n : amount;
}
