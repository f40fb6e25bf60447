import { NotFound, type Tx } from "@/kernel";
import { SpendingRefused } from "./errors";
import type { ProjectTerms, SpendingTerms, SpentSoFar } from "./decide-spending";
import { findProject, findPurchaseOrder, sumAlone, sumByOrder, sumByProject, type ProjectRecord } from "./store";

/** What a decision on one request is made from, read as it stands now. */
export interface SpendingFacts {
  readonly project: ProjectRecord | null;
  readonly purchaseOrderId: string | null;
  readonly terms: ProjectTerms | null;
  readonly spent: SpentSoFar;
}

/** Reads project, order and what is spent so far. Under the policy's lock nothing of it changes until the transaction ends. */
export async function spendingFacts(
  tx: Tx,
  request: {
    readonly organisationId: string;
    readonly projectId: string | null;
    readonly requestedBy: string;
    readonly month: string;
  } & Pick<SpendingTerms, "poNumber">,
): Promise<SpendingFacts> {
  const { organisationId, projectId, poNumber, requestedBy, month } = request;
  const aloneMicros = await sumAlone(tx, organisationId, requestedBy, month);
  const nothing = { monthMicros: 0n, totalMicros: 0n, orderMicros: 0n };
  const order = poNumber === null ? null : await findPurchaseOrder(tx, organisationId, poNumber);
  if (projectId === null && order !== null)
    throw new SpendingRefused({
      code: "purchase-order-unknown",
      reason: `The purchase order ${order.number} belongs to a project. Choose that project, so that the order's rest is counted.`,
      values: { poNumber: order.number },
    });
  if (projectId === null)
    return { project: null, purchaseOrderId: null, terms: null, spent: { ...nothing, aloneMicros } };
  const project = await findProject(tx, organisationId, projectId);
  if (project === null) throw new NotFound("project", projectId);
  const own = order?.projectId === projectId ? order : null;
  const [sums] = await sumByProject(tx, [projectId], month);
  const [ordered] = own === null ? [] : await sumByOrder(tx, [own.id]);
  return {
    project,
    purchaseOrderId: own?.id ?? null,
    terms: projectTerms(project, own),
    spent: {
      monthMicros: sums?.monthMicros ?? 0n,
      totalMicros: sums?.totalMicros ?? 0n,
      orderMicros: ordered?.usedMicros ?? 0n,
      aloneMicros,
    },
  };
}

function projectTerms(project: ProjectRecord, order: ProjectRecord["purchaseOrders"][number] | null): ProjectTerms {
  const { name, closedAt, requiredTags, poRequired, budgets } = project;
  return {
    name,
    closed: closedAt !== null,
    requiredTags,
    poRequired,
    budgets,
    purchaseOrder: order && {
      number: order.number,
      amountMicros: order.amountMicros,
      closed: order.closedAt !== null,
    },
  };
}
