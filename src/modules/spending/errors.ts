import { DomainError, type RefusalKind } from "@/kernel";
import type { ApprovalRefusalCode } from "./decide-approval";
import type { RefusalCode } from "./decide-spending";

/** A rule of the organisation or the project forbids the spending. Nothing was reserved. */
export class SpendingRefused extends DomainError {
  readonly code: string;
  readonly kind = "conflict";

  constructor(refusal: { code: RefusalCode; reason: string; values: Readonly<Record<string, string | number>> }) {
    super(refusal.reason, refusal.values);
    this.code = `spending/${refusal.code}`;
  }
}

/** This person may not decide on this request, or it is decided. Nothing changed. */
export class DecisionRefused extends DomainError {
  readonly code: string;
  readonly kind: RefusalKind;

  constructor(refusal: { code: ApprovalRefusalCode; reason: string }) {
    super(refusal.reason);
    this.code = `spending/${refusal.code}`;
    this.kind = refusal.code === "own-request" || refusal.code === "not-an-approver" ? "forbidden" : "conflict";
  }
}

/** Another open project has this name, or another order this number. */
export class NameTaken extends DomainError {
  readonly code = "spending/name-taken";
  readonly kind = "conflict";
}
