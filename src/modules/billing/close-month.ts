import { failpoint, requireRole, requireSystem, record, type Actor, type Context, type Tx } from "@/kernel";
import { draftInvoice, requireProfile } from "./documents/draft-invoice";
import { draftSelfBilling } from "./documents/draft-self-billing";
import { draftStatement } from "./documents/draft-statement";
import { PeriodRefused } from "./errors";
import { CloseMonthInput } from "./inputs";
import { issueDocument } from "./issue-document";
import { makeFile, makeMissingFiles } from "./make-file";
import { monthOf, monthSpan } from "./month";
import { organisationName } from "./organisation-name";
import { readStatementAccounts } from "./read-statement-accounts";
import type { SellerProfile } from "./seller-profile";
import { findDocumentBySource, findPeriod, insertPeriod } from "./store/documents";
import { selectActiveMonths, selectDueMonths, selectUnbilledEarnings, selectUninvoicedCharges } from "./store/entries";
import { selectLabels } from "./store/labels";
import { findProfile, lockBilling } from "./store/profiles";

/** A transaction that began in a month may end in the next one; by then none can any more. */
const SETTLED_AFTER_MS = 60_000;
const MONTHS_PER_RUN = 100;

/** Closes a month of the actor's organisation: issues its documents and locks it. Repeating it answers the same documents. */
export async function closeMonth(
  ctx: Context,
  seller: SellerProfile,
  input: CloseMonthInput,
): Promise<{ documentIds: string[] }> {
  const actor = requireRole(ctx.actor, "finance");
  const { month } = CloseMonthInput.parse(input);
  return closeOrganisationMonth(ctx, seller, { actor, organisationId: actor.organisationId, month });
}

/** Task: closes every month that has ended, for organisations with a tax profile, and makes what files are missing. */
export async function closeDueMonths(ctx: Context, seller: SellerProfile): Promise<number> {
  requireSystem(ctx.actor);
  await makeMissingFiles(ctx);
  const lastSettled = new Date(ctx.clock.now().getTime() - SETTLED_AFTER_MS);
  const due = await selectDueMonths(ctx.database.reader, monthOf(lastSettled), MONTHS_PER_RUN);
  for (const { organisationId, month } of due)
    await closeOrganisationMonth(ctx, seller, { actor: ctx.actor, organisationId, month });
  return due.length;
}

interface Close {
  readonly actor: Actor;
  readonly organisationId: string;
  readonly month: string;
}

/**
 * One transaction a document, each idempotent on the month, and the lock last: a process that dies in between leaves whole
 * documents, and the next one goes on where it was. The files come after, since they follow from the documents alone.
 */
async function closeOrganisationMonth(
  ctx: Context,
  seller: SellerProfile,
  close: Close,
): Promise<{ documentIds: string[] }> {
  const { organisationId, month, actor } = close;
  if (ctx.clock.now().getTime() < monthSpan(month).to.getTime() + SETTLED_AFTER_MS)
    throw new PeriodRefused(`${month} has not ended yet. It can be closed from the first day of the next month on.`, {
      month,
    });
  await refuseGap(ctx, close);
  const documentIds: string[] = [];
  for (const [name, issue] of STEPS) {
    const documentId = await ctx.database.transaction(async (tx) => {
      await lockBilling(tx, organisationId);
      return issue(ctx, tx, seller, close);
    });
    if (documentId !== null) documentIds.push(documentId);
    failpoint(`month-${name}`);
  }
  await ctx.database.transaction(async (tx) => {
    await lockBilling(tx, organisationId);
    if ((await findPeriod(tx, organisationId, month)) !== null) return;
    const closedBy = actor.kind === "member" ? actor.userId : "system";
    await insertPeriod(tx, { organisationId, month, closedBy, closedAt: ctx.clock.now() });
    await record(tx, actor, { action: "billing.month-closed", target: month, organisationId });
  });
  failpoint("month-closed");
  for (const documentId of documentIds) await makeFile(ctx, documentId);
  return { documentIds };
}

const STEPS = [
  ["invoiced", issueInvoiceOf],
  ["self-billed", issueSelfBillingOf],
  ["stated", issueStatementOf],
] as const;

/** Months are closed in their order, so that one month's closing balance is the next one's opening. */
async function refuseGap(ctx: Context, { organisationId, month }: Close): Promise<void> {
  for (const { month: earlier } of await selectActiveMonths(ctx.database.reader, organisationId)) {
    if (earlier >= month) return;
    if ((await findPeriod(ctx.database.reader, organisationId, earlier)) === null)
      throw new PeriodRefused(`${earlier} is still open. Close it first: months are closed in their order.`, {
        month: earlier,
      });
  }
}

async function issueInvoiceOf(ctx: Context, tx: Tx, seller: SellerProfile, close: Close): Promise<string | null> {
  const { organisationId, month, actor } = close;
  const period = monthSpan(month);
  const known = await closedDocument(tx, close, "invoice");
  if (known !== undefined) return known;
  const charges = await selectUninvoicedCharges(tx, organisationId, period.to);
  if (charges.length === 0) return null;
  const profile = requireProfile(await findProfile(tx, organisationId));
  const draft = draftInvoice({
    seller,
    buyerName: await organisationName(tx, organisationId),
    profile,
    charges,
    labels: await selectLabels(tx, [...new Set(charges.map((charge) => charge.jobId))]),
    period,
  });
  const { legalEntity } = seller;
  return (await issueDocument(ctx, tx, { actor, organisationId, legalEntity, source: month, draft })).documentId;
}

async function issueSelfBillingOf(ctx: Context, tx: Tx, platform: SellerProfile, close: Close): Promise<string | null> {
  const { organisationId, month, actor } = close;
  const period = monthSpan(month);
  const known = await closedDocument(tx, close, "self_billing");
  if (known !== undefined) return known;
  const earnings = await selectUnbilledEarnings(tx, organisationId, period.to);
  if (earnings.length === 0) return null;
  const profile = requireProfile(await findProfile(tx, organisationId));
  const draft = draftSelfBilling({
    platform,
    providerName: await organisationName(tx, organisationId),
    profile,
    earnings,
    period,
  });
  const issue = { actor, organisationId, legalEntity: organisationId, source: month, draft };
  return (await issueDocument(ctx, tx, issue)).documentId;
}

async function issueStatementOf(ctx: Context, tx: Tx, seller: SellerProfile, close: Close): Promise<string | null> {
  const { organisationId, month, actor } = close;
  const period = monthSpan(month);
  const known = await closedDocument(tx, close, "statement");
  if (known !== undefined) return known;
  const accounts = await readStatementAccounts(tx, organisationId, period);
  if (accounts.length === 0) return null;
  const draft = draftStatement({
    seller,
    name: await organisationName(tx, organisationId),
    profile: await findProfile(tx, organisationId),
    accounts,
    period,
  });
  const { legalEntity } = seller;
  return (await issueDocument(ctx, tx, { actor, organisationId, legalEntity, source: month, draft })).documentId;
}

/** A month's document that was issued before, null where a closed month has none; undefined while it is still to be issued. */
async function closedDocument(
  tx: Tx,
  { organisationId, month }: Close,
  kind: "invoice" | "self_billing" | "statement",
): Promise<string | null | undefined> {
  const known = await findDocumentBySource(tx, organisationId, kind, month);
  if (known !== null) return known.id;
  return (await findPeriod(tx, organisationId, month)) === null ? undefined : null;
}
