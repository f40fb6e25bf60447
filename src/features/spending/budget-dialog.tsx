"use client";

import { useMutation } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { formatUsd } from "@/kernel/values/money";
import { Button } from "@/ui/button";
import { Checkbox } from "@/ui/checkbox";
import { Dialog } from "@/ui/dialog";
import { ErrorNote } from "@/ui/error-note";
import { Field, Select, TextInput } from "@/ui/field";
import { failureOf } from "../api/failure";
import { useTRPC } from "../api/trpc";
import { AMOUNT_ERROR, readAmount, typedUsd } from "./amounts";
import type { Project } from "./types";
import { useChanged } from "./use-changed";

type Period = "month" | "total";

/** Sets a project's budget for a month or in all, or takes it away. */
export function BudgetDialog({ project, onClose }: { project: Project; onClose: () => void }) {
  const trpc = useTRPC();
  const known = (period: Period) => project.budgets.find((budget) => budget.period === period);
  const [period, setPeriod] = useState<Period>(project.budgets[0]?.period ?? "month");
  const [text, setText] = useState(typedUsd(known(period)?.amountMicros ?? null));
  const [hardStop, setHardStop] = useState(known(period)?.hardStop ?? true);
  const set = useMutation(trpc.spending.setBudget.mutationOptions({ onSuccess: useChanged(onClose) }));
  const amountMicros = readAmount(text);
  const used = period === "month" ? project.monthMicros : project.totalMicros;
  const failure = failureOf(set.error);
  const choose = (chosen: Period): void => {
    setPeriod(chosen);
    setText(typedUsd(known(chosen)?.amountMicros ?? null));
    setHardStop(known(chosen)?.hardStop ?? true);
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (amountMicros !== null) set.mutate({ projectId: project.id, period, budget: { amountMicros, hardStop } });
  };
  return (
    <Dialog open onOpenChange={onClose} title={`Budget of ${project.name}`}>
      <form onSubmit={submit} className="space-y-2">
        <Field label="For" hint="A month is a calendar month in UTC.">
          {(control) => (
            <Select {...control} value={period} onChange={(event) => choose(event.target.value as Period)}>
              <option value="month">every month</option>
              <option value="total">all of it, once</option>
            </Select>
          )}
        </Field>
        <Field
          label="Amount"
          hint={`${formatUsd(used)} is reserved and spent ${period === "month" ? "this month" : "so far"}.`}
          error={text !== "" && amountMicros === null ? AMOUNT_ERROR : null}
        >
          {(control) => (
            <TextInput
              {...control}
              inputMode="decimal"
              prefix="$"
              suffix="USD"
              value={text}
              onChange={(event) => setText(event.target.value)}
            />
          )}
        </Field>
        <Checkbox
          label="Stop at the budget"
          hint="No job is posted that could go beyond it. Without, there are only alerts at 50, 75, 90 and 100 %."
          checked={hardStop}
          onChange={(event) => setHardStop(event.target.checked)}
        />
        {failure === null ? null : <ErrorNote message={failure.message} requestId={failure.requestId} />}
        <div className="flex gap-2 pt-2">
          <Button type="submit" variant="primary" pending={set.isPending} disabled={amountMicros === null}>
            Save the budget
          </Button>
          {known(period) === undefined ? null : (
            <Button pending={set.isPending} onClick={() => set.mutate({ projectId: project.id, period, budget: null })}>
              Take it away
            </Button>
          )}
        </div>
      </form>
    </Dialog>
  );
}
