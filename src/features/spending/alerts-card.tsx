import { formatUsd } from "@/kernel/values/money";
import { Card } from "@/ui/card";
import { Ago } from "@/ui/quantity";
import { StatusPill } from "@/ui/status-pill";
import type { Overview } from "./types";

/** Budgets that have come near their end, newest first. */
export function AlertsCard({ alerts }: { alerts: Overview["alerts"] }) {
  return (
    <Card flush title="Alerts">
      {alerts.length === 0 ? (
        <p className="p-4 text-sm text-ink-faint">
          When a budget is used to 50, 75, 90 or 100 %, it is said here and mailed to finance, admins and owners.
        </p>
      ) : null}
      <ul>
        {alerts.map((alert) => (
          <li
            key={`${alert.projectName}/${alert.period}/${alert.span}/${alert.percent}`}
            className="flex flex-wrap items-baseline justify-between gap-x-4 gap-y-1 border-b px-4 py-2 text-sm last:border-b-0"
          >
            <span className="flex min-w-0 flex-wrap items-baseline gap-x-2">
              <StatusPill tone={alert.percent >= 100 ? "fault" : alert.percent >= 75 ? "warn" : "idle"}>
                {alert.percent} %
              </StatusPill>
              <span>
                <span className="font-medium">{alert.projectName}</span>: {formatUsd(alert.usedMicros)} of{" "}
                {formatUsd(alert.amountMicros)} {alert.period === "month" ? `in ${alert.span}` : "in all"}
              </span>
            </span>
            <span className="text-xs text-ink-faint">
              <Ago at={alert.raisedAt} />
            </span>
          </li>
        ))}
      </ul>
    </Card>
  );
}
