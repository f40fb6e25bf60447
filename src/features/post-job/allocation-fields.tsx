import Link from "next/link";
import { formatUsd } from "@/kernel/values/money";
import { Field, Select, TextInput } from "@/ui/field";
import type { AllocationDraft, Project } from "./allocation";

interface AllocationFieldsProps {
  readonly draft: AllocationDraft;
  readonly projects: readonly Project[];
  readonly project: Project | null;
  readonly tagsError: string | null;
  readonly onChange: (change: Partial<AllocationDraft>) => void;
}

/** What the job is for: project, purchase order, cost centre and tags, as finance wants them. */
export function AllocationFields({ draft, projects, project, tagsError, onChange }: AllocationFieldsProps) {
  return (
    <div className="grid gap-x-4 gap-y-3 sm:grid-cols-2">
      <Field
        label="Project"
        hint={
          projects.length === 0 ? (
            <>
              None yet. Finance makes them under{" "}
              <Link href="/spending" className="text-link">
                Spending
              </Link>
              .
            </>
          ) : (
            (budgetWords(project) ?? "Its budget pays for the job.")
          )
        }
      >
        {(control) => (
          <Select
            {...control}
            value={draft.projectId ?? ""}
            onChange={(event) => onChange({ projectId: event.target.value || null, poNumber: "" })}
          >
            <option value="">No project</option>
            {projects.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </Select>
        )}
      </Field>
      <OrderField draft={draft} project={project} onChange={onChange} />
      <Field label="Cost centre" hint={project?.costCentre ? "The project’s, unless you write another." : undefined}>
        {(control) => (
          <TextInput
            {...control}
            maxLength={80}
            placeholder={project?.costCentre ?? ""}
            value={draft.costCentre}
            onChange={(event) => onChange({ costCentre: event.target.value })}
          />
        )}
      </Field>
      {(project?.requiredTags ?? []).map((tag) => (
        <Field key={tag} label={`Tag: ${tag}`} hint="The project wants it.">
          {(control) => (
            <TextInput
              {...control}
              maxLength={100}
              value={draft.tags[tag] ?? ""}
              onChange={(event) => onChange({ tags: { ...draft.tags, [tag]: event.target.value } })}
            />
          )}
        </Field>
      ))}
      <Field label="Further tags" hint="Such as “client: Acme, run: 3”." error={tagsError}>
        {(control) => (
          <TextInput
            {...control}
            maxLength={400}
            value={draft.moreTags}
            onChange={(event) => onChange({ moreTags: event.target.value })}
          />
        )}
      </Field>
    </div>
  );
}

function OrderField({ draft, project, onChange }: Pick<AllocationFieldsProps, "draft" | "project" | "onChange">) {
  const orders = project?.purchaseOrders.filter((order) => !order.closed) ?? [];
  const hint = project?.poRequired === true ? "The project wants one." : "Stands on the invoice.";
  return (
    <Field label="Purchase order" hint={hint}>
      {(control) =>
        project === null ? (
          <TextInput
            {...control}
            maxLength={40}
            value={draft.poNumber}
            onChange={(event) => onChange({ poNumber: event.target.value })}
          />
        ) : (
          <Select {...control} value={draft.poNumber} onChange={(event) => onChange({ poNumber: event.target.value })}>
            <option value="">{orders.length === 0 ? "The project has none" : "None"}</option>
            {orders.map(({ number, amountMicros, usedMicros }) => (
              <option key={number} value={number}>
                {number}, {formatUsd(amountMicros - usedMicros)} left
              </option>
            ))}
          </Select>
        )
      }
    </Field>
  );
}

function budgetWords(project: Project | null): string | null {
  const [budget] = project?.budgets ?? [];
  if (budget === undefined) return null;
  const left = budget.amountMicros - budget.usedMicros;
  return `${formatUsd(left < 0n ? 0n : left)} left of ${formatUsd(budget.amountMicros)} ${budget.period === "month" ? "this month" : "in all"}.`;
}
