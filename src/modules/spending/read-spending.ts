import { micros, requireMember, type Context, type Micros } from "@/kernel";
import { monthOf } from "./alert-levels";
import { NO_POLICY, type PolicyView } from "./policy-view";
import { findPolicy, selectAlerts, selectProjects, sumByOrder, sumByProject } from "./store";

const ALERTS_MAX = 20;

export interface ProjectView {
  readonly id: string;
  readonly name: string;
  readonly costCentre: string | null;
  readonly requiredTags: readonly string[];
  readonly poRequired: boolean;
  readonly closed: boolean;
  /** Reserved and posted, this month and in all. */
  readonly monthMicros: Micros;
  readonly totalMicros: Micros;
  readonly budgets: readonly {
    readonly period: "month" | "total";
    readonly amountMicros: Micros;
    readonly hardStop: boolean;
    readonly usedMicros: Micros;
  }[];
  readonly purchaseOrders: readonly {
    readonly number: string;
    readonly amountMicros: Micros;
    readonly usedMicros: Micros;
    readonly closed: boolean;
  }[];
}

export interface AlertView {
  readonly projectName: string;
  readonly period: "month" | "total";
  readonly span: string;
  readonly percent: number;
  readonly usedMicros: Micros;
  readonly amountMicros: Micros;
  readonly raisedAt: Date;
}

/** The organisation's spending controls: policy, projects with what they have used, and the latest alerts. */
export interface SpendingView {
  readonly policy: PolicyView;
  readonly projects: readonly ProjectView[];
  readonly alerts: readonly AlertView[];
}

/** The spending page. Every member may look at it. */
export async function readSpending(ctx: Context): Promise<SpendingView> {
  const { organisationId } = requireMember(ctx.actor);
  const tx = ctx.database.reader;
  const [policy, projects, alerts] = await Promise.all([
    findPolicy(tx, organisationId),
    selectProjects(tx, organisationId),
    selectAlerts(tx, organisationId, ALERTS_MAX),
  ]);
  const [byProject, byOrder] = await Promise.all([
    sumByProject(
      tx,
      projects.map(({ id }) => id),
      monthOf(ctx.clock.now()),
    ),
    sumByOrder(
      tx,
      projects.flatMap(({ purchaseOrders }) => purchaseOrders.map(({ id }) => id)),
    ),
  ]);
  const sums = new Map(byProject.map((row) => [row.projectId, row]));
  const ordered = new Map(byOrder.map((row) => [row.purchaseOrderId, row.usedMicros]));
  return {
    policy: policyView(policy),
    projects: projects.map(({ id, name, costCentre, requiredTags, poRequired, closedAt, budgets, purchaseOrders }) => {
      const monthMicros = micros(sums.get(id)?.monthMicros ?? 0n);
      const totalMicros = micros(sums.get(id)?.totalMicros ?? 0n);
      return {
        ...{ id, name, costCentre, requiredTags, poRequired, monthMicros, totalMicros },
        closed: closedAt !== null,
        budgets: budgets.map(({ period, amountMicros, hardStop }) => ({
          period,
          amountMicros: micros(amountMicros),
          hardStop,
          usedMicros: period === "month" ? monthMicros : totalMicros,
        })),
        purchaseOrders: purchaseOrders.map((order) => ({
          number: order.number,
          amountMicros: micros(order.amountMicros),
          usedMicros: micros(ordered.get(order.id) ?? 0n),
          closed: order.closedAt !== null,
        })),
      };
    }),
    alerts: alerts.map(({ project, period, span, percent, usedMicros, amountMicros, raisedAt }) => ({
      ...{ period, span, percent, raisedAt },
      projectName: project.name,
      usedMicros: micros(usedMicros),
      amountMicros: micros(amountMicros),
    })),
  };
}

function policyView(policy: Awaited<ReturnType<typeof findPolicy>>): PolicyView {
  if (policy === null) return NO_POLICY;
  const limit = (amount: bigint | null): Micros | null => (amount === null ? null : micros(amount));
  const { soloLimitMicros, soloMonthMicros, pairLimitMicros, projectRequired, requestDays } = policy;
  return {
    soloLimitMicros: limit(soloLimitMicros),
    soloMonthMicros: limit(soloMonthMicros),
    pairLimitMicros: limit(pairLimitMicros),
    projectRequired,
    requestDays,
  };
}
