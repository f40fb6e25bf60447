import type { Role } from "@/kernel";
import { APPROVER_ROLES, type SpendingDecision } from "./decide-spending";

/** Where a request stands when somebody decides on it. */
export interface WaitingTerms {
  readonly state: "waiting" | "committed" | "released" | "declined" | "expired" | "withdrawn";
  readonly requestedBy: string;
  readonly expiresAt: Date | null;
}

export type ApprovalRefusalCode = "own-request" | "not-an-approver" | "decided" | "expired";

export type ApprovalOutcome =
  | { readonly kind: "commit" }
  | { readonly kind: "wait"; readonly missing: number }
  | { readonly kind: "refused"; readonly code: ApprovalRefusalCode; readonly reason: string };

type Refusal = Extract<ApprovalOutcome, { kind: "refused" }>;

/** Why this person may not decide on this request now; null when they may. */
export function decisionBarrier(
  request: WaitingTerms,
  approver: { readonly userId: string; readonly role: Role },
  now: Date,
): Refusal | null {
  if (!isApprover(approver.role))
    return refused(
      "not-an-approver",
      `Your role is ${approver.role}; ${APPROVER_ROLES.join(", ")} decide on spending. Ask one of them.`,
    );
  if (approver.userId === request.requestedBy)
    return refused("own-request", "You asked for this job, so another person decides on it, whatever your role.");
  if (request.state === "waiting" && request.expiresAt !== null && request.expiresAt <= now)
    return refused("expired", "Nobody decided on this request in time, so it has expired. Post the job again.");
  if (request.state === "expired")
    return refused("expired", "This request has expired. Post the job again if it is still wanted.");
  if (request.state !== "waiting") return refused("decided", `This request is ${request.state} already.`);
  return null;
}

/**
 * What one more consent does: commits the request once as many different approvers as the current rules want have said
 * yes. Consents of people who are no approvers any more, and the requester's, do not count.
 */
export function decideApproval(
  request: WaitingTerms,
  approver: { readonly userId: string; readonly role: Role },
  given: readonly { readonly approverId: string }[],
  roles: ReadonlyMap<string, Role>,
  decision: Exclude<SpendingDecision, { kind: "refused" }>,
  now: Date,
): ApprovalOutcome {
  const barrier = decisionBarrier(request, approver, now);
  if (barrier !== null) return barrier;
  const people = new Set([approver.userId, ...validApprovals(request.requestedBy, given, roles)]);
  const missing = (decision.kind === "needs-approval" ? decision.approvals : 1) - people.size;
  return missing <= 0 ? { kind: "commit" } : { kind: "wait", missing };
}

/** The different people whose consent counts. */
export function validApprovals(
  requestedBy: string,
  given: readonly { readonly approverId: string }[],
  roles: ReadonlyMap<string, Role>,
): string[] {
  const people = new Set(given.map(({ approverId }) => approverId));
  return [...people].filter((id) => id !== requestedBy && isApprover(roles.get(id) ?? "viewer"));
}

/** Whether a role may consent to spending. */
export function isApprover(role: Role): boolean {
  return APPROVER_ROLES.some((approver) => approver === role);
}

function refused(code: ApprovalRefusalCode, reason: string): Refusal {
  return { kind: "refused", code, reason };
}
