import { z } from "zod";
import { assetOfRail, micros, type Asset, type Micros } from "@/kernel";
import type { MemberAddress } from "@/modules/identity";
import { validApprovals } from "./decide-approval";
import type { RequestRecord } from "./store";

const Tags = z.record(z.string(), z.string());

/** The tags that a request carries. */
export function tagsOf(request: { readonly tags: unknown }): Record<string, string> {
  return Tags.parse(request.tags);
}

/** What a job is for and whether its money may flow, as the inbox and the job's page show it. */
export interface RequestView {
  readonly jobId: string;
  readonly title: string;
  readonly amountMicros: Micros;
  readonly asset: Asset;
  readonly state: RequestRecord["state"];
  readonly requestedBy: { readonly userId: string; readonly name: string };
  readonly projectName: string | null;
  readonly poNumber: string | null;
  readonly costCentre: string | null;
  readonly tags: Readonly<Record<string, string>>;
  /** Why consent is needed, as it stands now while the request waits. */
  readonly reason: string | null;
  /** Why it could not be approved right now whoever agrees, for example a budget that is used up since. */
  readonly obstacle: string | null;
  /** How many more people must agree. */
  readonly missing: number;
  readonly approvers: readonly { readonly userId: string; readonly name: string; readonly role: string }[];
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
  readonly decidedAt: Date | null;
  readonly decisions: readonly {
    readonly name: string;
    readonly role: string;
    readonly verdict: "approve" | "decline";
    readonly comment: string;
    readonly createdAt: Date;
  }[];
}

/** Builds the view of a request from its rows, the organisation's people and what the rules say about it now. */
export function requestView(
  request: RequestRecord,
  facts: {
    readonly members: readonly MemberAddress[];
    readonly approvers: readonly MemberAddress[];
    readonly projectName: string | null;
    readonly approvals: number;
    readonly reason: string | null;
    readonly obstacle: string | null;
  },
): RequestView {
  const { jobId, title, rail, state, poNumber, costCentre, createdAt, expiresAt, decidedAt } = request;
  const nameOf = (userId: string): string => {
    const member = facts.members.find((candidate) => candidate.userId === userId);
    return member === undefined ? "a former member" : (member.name ?? member.email);
  };
  const roles = new Map(facts.members.map(({ userId, role }) => [userId, role]));
  const given = request.decisions.filter(({ verdict }) => verdict === "approve");
  const agreed = validApprovals(request.requestedBy, given, roles);
  return {
    ...{ jobId, title, state, poNumber, costCentre, createdAt, expiresAt, decidedAt },
    amountMicros: micros(request.amountMicros),
    asset: assetOfRail(rail),
    requestedBy: { userId: request.requestedBy, name: nameOf(request.requestedBy) },
    projectName: facts.projectName,
    tags: tagsOf(request),
    reason: facts.reason ?? request.reason,
    obstacle: facts.obstacle,
    missing: state === "waiting" ? Math.max(1, facts.approvals - agreed.length) : 0,
    approvers: facts.approvers
      .filter(({ userId }) => userId !== request.requestedBy && !agreed.includes(userId))
      .map(({ userId, role }) => ({ userId, name: nameOf(userId), role })),
    decisions: request.decisions.map(({ approverId, approverRole, verdict, comment, createdAt: at }) => ({
      name: nameOf(approverId),
      role: approverRole,
      verdict,
      comment,
      createdAt: at,
    })),
  };
}
