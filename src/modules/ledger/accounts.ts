/** The chart of accounts. Ids say what an account is; every account is in one asset. */
export const ASSET = "USD";

export type AccountKind = "available" | "hold" | "earnings" | "fees" | "audits" | "clearing";

/** An account as it is opened. */
export interface Account {
  readonly id: string;
  readonly kind: AccountKind;
  readonly organisationId: string | null;
  /** Only the outside world's clearing accounts may go below zero. */
  readonly allowNegative: boolean;
  /** Hot accounts keep entries but no running balance, so that nobody queues for their row. */
  readonly entryOnly: boolean;
}

const account = (
  id: string,
  kind: AccountKind,
  organisationId: string | null,
  flags: Partial<Account> = {},
): Account => ({
  id,
  kind,
  organisationId,
  allowNegative: false,
  entryOnly: false,
  ...flags,
});

/** What an organisation can spend. */
export const available = (organisationId: string): Account =>
  account(`available:${organisationId}`, "available", organisationId);
/** What is reserved for one job; belongs to its buyer until it is posted. */
export const hold = (jobId: string, organisationId: string | null): Account =>
  account(`hold:${jobId}`, "hold", organisationId);
/** What a provider has earned. */
export const earnings = (organisationId: string): Account =>
  account(`earnings:${organisationId}`, "earnings", organisationId);
/** The platform's share of every paid segment. */
export const FEES = account("platform:fees", "fees", null, { entryOnly: true });
/** What the platform spends on audits, as a negative sum. */
export const AUDITS = account("platform:audits", "audits", null, { entryOnly: true });
/** The other side of demo money: minus everything the sandbox rail ever made. */
export const SANDBOX_CLEARING = account("clearing:sandbox", "clearing", null, { allowNegative: true });
