"use client";

import { useMutation } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { Button } from "@/ui/button";
import { Card } from "@/ui/card";
import { Dialog } from "@/ui/dialog";
import { ErrorNote } from "@/ui/error-note";
import { Menu } from "@/ui/menu";
import { Money } from "@/ui/money";
import { StatusPill } from "@/ui/status-pill";
import { UsageBar, usedPercent } from "@/ui/usage-bar";
import { failureOf } from "../api/failure";
import { useTRPC } from "../api/trpc";
import { BudgetDialog } from "./budget-dialog";
import { OrderDialog } from "./order-dialog";
import { ProjectDialog } from "./project-dialog";
import type { Project } from "./types";
import { useChanged } from "./use-changed";

type Order = Project["purchaseOrders"][number];
type Open =
  { readonly kind: "project" | "budget" | "close" } | { readonly kind: "order"; readonly order: Order | null };

/** One project: what it has used of its budgets and orders, and what every job for it must say. */
export function ProjectCard({ project, barrier }: { project: Project; barrier: string | null }) {
  const [open, setOpen] = useState<Open | null>(null);
  const close = (): void => setOpen(null);
  const rules = rulesOf(project);
  return (
    <Card
      title={
        <span className="flex flex-wrap items-center gap-2">
          {project.name}
          {project.closed ? <StatusPill tone="idle">closed</StatusPill> : null}
        </span>
      }
      aside={
        barrier !== null || project.closed ? null : (
          <Menu
            label={`Change ${project.name}`}
            align="end"
            trigger={
              <Button size="small" aria-label={`Change ${project.name}`}>
                Change
              </Button>
            }
            items={[
              { id: "budget", title: "Budget…", onSelect: () => setOpen({ kind: "budget" }) },
              { id: "order", title: "New purchase order…", onSelect: () => setOpen({ kind: "order", order: null }) },
              { id: "project", title: "Name and rules…", onSelect: () => setOpen({ kind: "project" }) },
              { id: "close", title: "Close the project…", onSelect: () => setOpen({ kind: "close" }) },
            ]}
          />
        )
      }
    >
      <div className="space-y-3.5">
        {project.budgets.map((budget) => (
          <Usage
            key={budget.period}
            title={budget.period === "month" ? "This month" : "In all"}
            note={budget.hardStop ? "stops at the budget" : "alerts only"}
            label={`${project.name}, ${budget.period === "month" ? "this month" : "in all"}`}
            usedMicros={budget.usedMicros}
            amountMicros={budget.amountMicros}
          />
        ))}
        {project.budgets.length > 0 ? null : (
          <p className="text-sm text-ink-soft">
            <Money amountMicros={project.monthMicros} /> reserved and spent this month,{" "}
            <Money amountMicros={project.totalMicros} /> in all. It has no budget.
          </p>
        )}
        {project.purchaseOrders.map((order) => (
          <div key={order.number}>
            <Usage
              title={
                barrier === null ? (
                  <button type="button" className="text-link" onClick={() => setOpen({ kind: "order", order })}>
                    {order.number}
                  </button>
                ) : (
                  order.number
                )
              }
              note={order.closed ? "purchase order, closed" : "purchase order"}
              label={`Purchase order ${order.number}`}
              usedMicros={order.usedMicros}
              amountMicros={order.amountMicros}
            />
          </div>
        ))}
        {rules.length === 0 ? null : <p className="text-xs text-ink-faint">{rules.join(" · ")}</p>}
      </div>
      {open?.kind === "project" ? <ProjectDialog project={project} onClose={close} /> : null}
      {open?.kind === "budget" ? <BudgetDialog project={project} onClose={close} /> : null}
      {open?.kind === "order" ? <OrderDialog project={project} order={open.order} onClose={close} /> : null}
      {open?.kind === "close" ? <CloseDialog project={project} onClose={close} /> : null}
    </Card>
  );
}

interface UsageProps {
  readonly title: ReactNode;
  readonly note: string;
  readonly label: string;
  readonly usedMicros: bigint;
  readonly amountMicros: bigint;
}

function Usage({ title, note, label, usedMicros, amountMicros }: UsageProps) {
  return (
    <div>
      <div className="mb-1 flex flex-wrap items-baseline justify-between gap-x-3 text-sm">
        <span>
          <span className="font-medium">{title}</span> <span className="text-xs text-ink-faint">{note}</span>
        </span>
        <span className="text-xs text-ink-soft">
          <Money amountMicros={usedMicros} /> of <Money amountMicros={amountMicros} />,{" "}
          {usedPercent(usedMicros, amountMicros)} %
        </span>
      </div>
      <UsageBar label={label} usedMicros={usedMicros} amountMicros={amountMicros} />
    </div>
  );
}

function rulesOf(project: Project): string[] {
  return [
    ...(project.costCentre === null ? [] : [`cost centre ${project.costCentre}`]),
    ...(project.requiredTags.length === 0 ? [] : [`tags: ${project.requiredTags.join(", ")}`]),
    ...(project.poRequired ? ["every job names a purchase order"] : []),
  ];
}

function CloseDialog({ project, onClose }: { project: Project; onClose: () => void }) {
  const trpc = useTRPC();
  const shut = useMutation(trpc.spending.closeProject.mutationOptions({ onSuccess: useChanged(onClose) }));
  const failure = failureOf(shut.error);
  return (
    <Dialog open onOpenChange={onClose} title={`Close ${project.name}?`}>
      <p className="text-sm text-ink-soft">
        No job can be posted or approved for it any more. Running jobs go on, and what it spent stays in every report. A
        closed project is not opened again.
      </p>
      {failure === null ? null : <ErrorNote message={failure.message} requestId={failure.requestId} />}
      <div className="mt-5 flex justify-end gap-2">
        <Button onClick={onClose}>Keep it open</Button>
        <Button variant="fault" pending={shut.isPending} onClick={() => shut.mutate({ projectId: project.id })}>
          Close the project
        </Button>
      </div>
    </Dialog>
  );
}
