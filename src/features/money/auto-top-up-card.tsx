"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { formatUsd, parseUsd } from "@/kernel/values/money";
import { Button } from "@/ui/button";
import { Card } from "@/ui/card";
import { Checkbox } from "@/ui/checkbox";
import { ErrorNote, Notice } from "@/ui/error-note";
import { Field, TextInput } from "@/ui/field";
import { Money } from "@/ui/money";
import { StatusPill } from "@/ui/status-pill";
import { UsageBar } from "@/ui/usage-bar";
import { failureOf } from "../api/failure";
import { useTRPC, type Outputs } from "../api/trpc";
import { useRoleBarrier } from "../api/viewer";
import { centsOf } from "./amount-field";

type AutoTopUp = Outputs["payments"]["autoTopUp"];

const REFRESH_MS = 5_000;
/** What the form starts with where nothing was ever set. */
const SUGGESTED = { below: "50", amount: "100", month: "500" } as const;

/** Lets the balance refill itself: below which line, by how much, up to which sum a month, and how much of it is used. */
export function AutoTopUpCard() {
  const trpc = useTRPC();
  const autoTopUp = useQuery(trpc.payments.autoTopUp.queryOptions(undefined, { refetchInterval: REFRESH_MS }));
  const { data } = autoTopUp;
  const failure = failureOf(autoTopUp.error);
  return (
    <Card
      title="Automatic top-up"
      aside={data === undefined ? null : <StatusPill tone={toneOf(data)}>{stateWords(data)}</StatusPill>}
    >
      {failure === null ? null : <ErrorNote message={failure.message} requestId={failure.requestId} />}
      {data === undefined ? null : (
        <div className="space-y-4">
          {data.pausedReason === null ? null : <Notice tone="warn">{data.pausedReason}</Notice>}
          <ThisMonth autoTopUp={data} />
          <AutoTopUpForm key={String(data.enabled)} autoTopUp={data} />
        </div>
      )}
    </Card>
  );
}

const toneOf = ({ enabled, pausedReason }: AutoTopUp) => (enabled ? "proof" : pausedReason === null ? "idle" : "warn");
const stateWords = ({ enabled, pausedReason }: AutoTopUp) =>
  enabled ? "On" : pausedReason === null ? "Off" : "Paused";

function ThisMonth({ autoTopUp: { monthMicros, monthlyMaxMicros } }: { autoTopUp: AutoTopUp }) {
  if (monthlyMaxMicros === 0n) return null;
  return (
    <div className="space-y-1.5">
      <p className="flex justify-between text-xs text-ink-faint">
        <span>Charged this month</span>
        <span>
          <Money amountMicros={monthMicros} /> of <Money amountMicros={monthlyMaxMicros} />
        </span>
      </p>
      <UsageBar label="Charged this month" usedMicros={monthMicros} amountMicros={monthlyMaxMicros} />
    </div>
  );
}

function AutoTopUpForm({ autoTopUp }: { autoTopUp: AutoTopUp }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const barrier = useRoleBarrier("finance");
  const [enabled, setEnabled] = useState(autoTopUp.enabled);
  const [below, setBelow] = useState(textOf(autoTopUp.belowMicros, SUGGESTED.below));
  const [amount, setAmount] = useState(textOf(autoTopUp.amountMicros, SUGGESTED.amount));
  const [month, setMonth] = useState(textOf(autoTopUp.monthlyMaxMicros, SUGGESTED.month));
  const input = inputOf(enabled, below, amount, month);
  const set = useMutation(
    trpc.payments.setAutoTopUp.mutationOptions({
      onSuccess: () => queryClient.invalidateQueries({ queryKey: trpc.payments.autoTopUp.queryKey() }),
    }),
  );
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (input !== null) set.mutate(input);
  };
  const failure = failureOf(set.error);
  return (
    <form onSubmit={submit} className="space-y-3">
      <Checkbox
        label="Charge the saved card when the available balance falls below the line"
        hint={
          autoTopUp.hasCard
            ? "The card of your latest payment by card. One charge at a time, never above the ceiling."
            : "No card is saved yet. Add funds by card once; that card then refills the balance."
        }
        checked={enabled}
        disabled={barrier !== null || (!autoTopUp.hasCard && !enabled)}
        onChange={(event) => setEnabled(event.target.checked)}
      />
      <div className="grid gap-3 sm:grid-cols-3">
        <Dollars label="Below" text={below} onText={setBelow} wrong={parseUsd(below) === null} />
        <Dollars label="Add" text={amount} onText={setAmount} wrong={centsOf(amount) === null} />
        <Dollars label="At most a month" text={month} onText={setMonth} wrong={parseUsd(month) === null} />
      </div>
      {failure === null ? null : <ErrorNote message={failure.message} requestId={failure.requestId} />}
      <Button
        type="submit"
        pending={set.isPending}
        disabled={input === null || barrier !== null}
        title={barrier ?? undefined}
      >
        Save
      </Button>
    </form>
  );
}

interface DollarsProps {
  readonly label: string;
  readonly text: string;
  readonly onText: (text: string) => void;
  readonly wrong: boolean;
}

function Dollars({ label, text, onText, wrong }: DollarsProps) {
  return (
    <Field label={label} error={wrong ? "Write an amount such as 25 or 12.50." : undefined}>
      {(control) => (
        <TextInput
          {...control}
          inputMode="decimal"
          prefix="$"
          value={text}
          onChange={(event) => onText(event.target.value)}
        />
      )}
    </Field>
  );
}

/** What was set, as a person types it; the suggestion where nothing was. */
function textOf(amountMicros: bigint, suggestion: string): string {
  return amountMicros === 0n ? suggestion : formatUsd(amountMicros).replace(/[$,]/g, "").replace(/\.00$/, "");
}

function inputOf(enabled: boolean, below: string, amount: string, month: string) {
  const [belowMicros, amountMicros, monthlyMaxMicros] = [parseUsd(below), centsOf(amount), parseUsd(month)];
  if (belowMicros === null || amountMicros === null || monthlyMaxMicros === null) return null;
  return { enabled, belowMicros, amountMicros, monthlyMaxMicros };
}
