"use client";

import { useMutation } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { formatUsd } from "@/kernel/values/money";
import { Button } from "@/ui/button";
import { Card } from "@/ui/card";
import { Checkbox } from "@/ui/checkbox";
import { ErrorNote } from "@/ui/error-note";
import { Field, TextInput } from "@/ui/field";
import { failureOf } from "../api/failure";
import { useTRPC } from "../api/trpc";
import { readLimit, typedUsd } from "./amounts";
import type { Policy } from "./types";
import { useChanged } from "./use-changed";

interface Draft {
  readonly solo: string;
  readonly month: string;
  readonly pair: string;
  readonly days: string;
  readonly projectRequired: boolean;
}

/** Who may spend how much alone. A summary in words, and the form behind it. */
export function PolicyCard({ policy, barrier }: { policy: Policy; barrier: string | null }) {
  const [editing, setEditing] = useState(false);
  return (
    <Card
      title="Who may spend"
      aside={
        editing ? null : (
          <Button
            size="small"
            disabled={barrier !== null}
            title={barrier ?? undefined}
            onClick={() => setEditing(true)}
          >
            Change the rules
          </Button>
        )
      }
    >
      {editing ? <PolicyForm policy={policy} onClose={() => setEditing(false)} /> : <PolicyWords policy={policy} />}
    </Card>
  );
}

function PolicyWords({ policy }: { policy: Policy }) {
  const { soloLimitMicros: solo, soloMonthMicros: month, pairLimitMicros: pair, projectRequired, requestDays } = policy;
  const free = solo === null && month === null && pair === null;
  return (
    <ul className="list-disc space-y-1.5 pl-5 text-sm text-ink-soft">
      {free ? (
        <li>
          Anybody who may post jobs may spend up to the balance. Set a limit, and what is above it waits for approval.
        </li>
      ) : null}
      {solo === null ? null : (
        <li>
          One person alone may spend up to <b className="font-medium text-ink">{formatUsd(solo)}</b> on a job. Above it
          finance, an admin or an owner approves.
        </li>
      )}
      {month === null ? null : (
        <li>
          One person alone may spend up to <b className="font-medium text-ink">{formatUsd(month)}</b> a month over all
          their jobs.
        </li>
      )}
      {pair === null ? null : (
        <li>
          Above <b className="font-medium text-ink">{formatUsd(pair)}</b> two different people approve.
        </li>
      )}
      {free ? null : <li>Nobody approves what they asked for themselves, whatever their role.</li>}
      {free ? null : <li>A request that nobody decides on ends after {requestDays} days.</li>}
      <li>{projectRequired ? "Every job names a project." : "A job may name a project, and need not."}</li>
    </ul>
  );
}

function PolicyForm({ policy, onClose }: { policy: Policy; onClose: () => void }) {
  const trpc = useTRPC();
  const [draft, setDraft] = useState<Draft>({
    solo: typedUsd(policy.soloLimitMicros),
    month: typedUsd(policy.soloMonthMicros),
    pair: typedUsd(policy.pairLimitMicros),
    days: String(policy.requestDays),
    projectRequired: policy.projectRequired,
  });
  const save = useMutation(trpc.spending.setPolicy.mutationOptions({ onSuccess: useChanged(onClose) }));
  const [solo, month, pair] = [readLimit(draft.solo), readLimit(draft.month), readLimit(draft.pair)];
  const days = /^\d{1,2}$/.test(draft.days.trim()) ? Number(draft.days) : 0;
  const failure = failureOf(save.error);
  const order = solo.amount !== null && pair.amount !== null && pair.amount < solo.amount;
  const wrong = solo.error !== null || month.error !== null || pair.error !== null || order || days < 1 || days > 90;
  const change = (part: Partial<Draft>): void => setDraft((before) => ({ ...before, ...part }));
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (wrong) return;
    save.mutate({
      soloLimitMicros: solo.amount,
      soloMonthMicros: month.amount,
      pairLimitMicros: pair.amount,
      projectRequired: draft.projectRequired,
      requestDays: days,
    });
  };
  return (
    <form onSubmit={submit} className="space-y-3">
      <div className="grid gap-x-4 gap-y-2 sm:grid-cols-2">
        <AmountField
          label="One person alone, on a job"
          hint="Above it, one other person approves. Empty: no limit."
          error={solo.error}
          text={draft.solo}
          onChange={(text) => change({ solo: text })}
        />
        <AmountField
          label="One person alone, in a month"
          hint="So that a large job is not cut into small ones. Empty: no limit."
          error={month.error}
          text={draft.month}
          onChange={(text) => change({ month: text })}
        />
        <AmountField
          label="Two people approve above"
          hint="Two different people, neither of them the one who asks. Empty: one is enough."
          error={pair.error ?? (order ? "Not below what one person may spend alone." : null)}
          text={draft.pair}
          onChange={(text) => change({ pair: text })}
        />
        <Field
          label="A request ends after"
          hint="When nobody decides on it."
          error={days < 1 || days > 90 ? "From 1 to 90 days." : null}
        >
          {(control) => (
            <TextInput
              {...control}
              inputMode="numeric"
              suffix="days"
              value={draft.days}
              onChange={(event) => change({ days: event.target.value })}
            />
          )}
        </Field>
      </div>
      <Checkbox
        label="Every job names a project"
        checked={draft.projectRequired}
        onChange={(event) => change({ projectRequired: event.target.checked })}
      />
      {failure === null ? null : <ErrorNote message={failure.message} requestId={failure.requestId} />}
      <div className="flex gap-2">
        <Button type="submit" variant="primary" pending={save.isPending} disabled={wrong}>
          Save the rules
        </Button>
        <Button onClick={onClose}>Leave them as they are</Button>
      </div>
      <p className="text-2xs text-ink-faint">
        The rules count at once, for requests that wait too. The change stands in the audit log.
      </p>
    </form>
  );
}

interface AmountFieldProps {
  readonly label: string;
  readonly hint: string;
  readonly error: string | null;
  readonly text: string;
  readonly onChange: (text: string) => void;
}

function AmountField({ label, hint, error, text, onChange }: AmountFieldProps) {
  return (
    <Field label={label} hint={hint} error={error}>
      {(control) => (
        <TextInput
          {...control}
          inputMode="decimal"
          prefix="$"
          suffix="USD"
          value={text}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  );
}
