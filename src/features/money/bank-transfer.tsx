"use client";

import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { formatUsd } from "@/kernel/values/money";
import { Button } from "@/ui/button";
import { FactRow } from "@/ui/card";
import { CopyButton } from "@/ui/copy-button";
import { ErrorNote, Notice } from "@/ui/error-note";
import { Money } from "@/ui/money";
import { Ago } from "@/ui/quantity";
import { SkeletonRows } from "@/ui/skeleton";
import { StatusPill } from "@/ui/status-pill";
import { failureOf } from "../api/failure";
import { useTRPC, type Outputs } from "../api/trpc";
import { useViewer } from "../api/viewer";
import { AmountField, centsOf } from "./amount-field";

const REFRESH_MS = 3_000;
const SHOWN = 3;

/** The organisation's own account for wires, and what has arrived there lately. */
export function BankTransfer() {
  const trpc = useTRPC();
  const { sandbox } = useViewer();
  const account = useQuery(trpc.payments.bankAccount.queryOptions());
  const failure = failureOf(account.error);
  if (failure !== null) return <ErrorNote message={failure.message} requestId={failure.requestId} />;
  if (account.data === undefined) return <SkeletonRows rows={6} what="your account for wires" />;
  return (
    <div className="space-y-4">
      <AccountFacts account={account.data} />
      <p className="text-sm text-ink-soft">
        This account is yours alone, so whatever arrives becomes your balance, however much it is and whatever the
        transfer says. It never starts a job by itself. There are no chargebacks on wires.
      </p>
      <LatestWires />
      {sandbox ? <TestWire reference={account.data.reference} /> : null}
    </div>
  );
}

function AccountFacts({ account }: { account: Outputs["payments"]["bankAccount"] }) {
  const facts = [
    ["Account holder", account.accountHolder],
    ["Bank", account.bankName],
    ["Account number", account.accountNumber],
    ["Routing number (wire, ACH)", account.routingNumber],
    ["SWIFT code (from abroad)", account.swiftCode],
    ["Reference", account.reference],
  ] as const;
  return (
    <dl className="divide-y rounded-md border px-3">
      {facts.map(([label, value]) =>
        value === null ? null : (
          <FactRow key={label} label={label}>
            <span className="inline-flex items-center gap-1">
              <span>{value}</span>
              <CopyButton text={value} label={`Copy: ${label}`} />
            </span>
          </FactRow>
        ),
      )}
    </dl>
  );
}

function LatestWires() {
  const trpc = useTRPC();
  const funding = useQuery(trpc.payments.funding.queryOptions(undefined, { refetchInterval: REFRESH_MS }));
  const wires = (funding.data?.wires ?? []).slice(0, SHOWN);
  if (wires.length === 0)
    return <p className="text-xs text-ink-faint">No wire has arrived yet. This list shows them as they come in.</p>;
  return (
    <ul className="divide-y text-sm" aria-label="Latest wires" aria-live="polite">
      {wires.map(({ id, amountMicros, state, senderName, receivedAt }) => (
        <li key={id} className="flex items-baseline justify-between gap-3 py-1.5">
          <span className="min-w-0 truncate">
            {senderName ?? "Wire"} <Ago at={receivedAt} />
          </span>
          <span className="flex items-center gap-2">
            <StatusPill tone={state === "credited" ? "proof" : "claim"}>{state}</StatusPill>
            <Money amountMicros={amountMicros} />
          </span>
        </li>
      ))}
    </ul>
  );
}

/** Plays the sender's bank, where there is none. */
function TestWire({ reference }: { reference: string }) {
  const trpc = useTRPC();
  const [text, setText] = useState("25000");
  const amount = centsOf(text);
  const send = useMutation(trpc.payments.sendTestWire.mutationOptions());
  return (
    <div className="space-y-3">
      <Notice tone="warn">This is a sandbox: no real bank reaches this account. Play the sender’s bank here.</Notice>
      <AmountField text={text} onText={setText} problem={failureOf(send.error)?.message} />
      <Button
        variant="primary"
        wide
        pending={send.isPending}
        disabled={amount === null}
        onClick={() => {
          if (amount !== null) send.mutate({ amountMicros: amount, reference });
        }}
      >
        Send a test wire {amount === null ? "" : `of ${formatUsd(amount)}`}
      </Button>
    </div>
  );
}
