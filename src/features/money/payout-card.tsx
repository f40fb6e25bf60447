"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { formatUsd } from "@/kernel/values/money";
import { Button } from "@/ui/button";
import { Card } from "@/ui/card";
import { Dialog } from "@/ui/dialog";
import { ErrorNote } from "@/ui/error-note";
import { plainUsd } from "@/ui/format";
import { Money } from "@/ui/money";
import { Table } from "@/ui/table";
import { failureOf } from "../api/failure";
import { useTRPC, type Outputs } from "../api/trpc";
import { useRoleBarrier } from "../api/viewer";
import { AmountField, centsOf } from "./amount-field";
import { withdrawalColumns } from "./withdrawal-columns";

type Payouts = Outputs["payments"]["payouts"];
const REFRESH_MS = 5_000;

/** Withdrawing earnings to a bank: set the account up once, then any amount that is payable. */
export function PayoutCard() {
  const trpc = useTRPC();
  const barrier = useRoleBarrier("finance");
  const [asking, setAsking] = useState(false);
  const payouts = useQuery(trpc.payments.payouts.queryOptions(undefined, { refetchInterval: REFRESH_MS }));
  const { data } = payouts;
  if (data === undefined || !data.railOpen) return null;
  return (
    <Card
      flush
      title="Payouts to your bank"
      aside={
        data.account === "ready" ? (
          <Button
            size="small"
            variant="primary"
            disabled={barrier !== null || data.payableMicros === 0n}
            title={barrier ?? undefined}
            onClick={() => setAsking(true)}
          >
            Withdraw
          </Button>
        ) : null
      }
    >
      {data.account === "ready" ? (
        <p className="p-4 text-sm text-ink-soft">
          <Money amountMicros={data.payableMicros} /> can be withdrawn now. Banks take about two days.
        </p>
      ) : (
        <SetUp unfinished={data.account === "unfinished"} barrier={barrier} />
      )}
      {data.payouts.length === 0 ? null : (
        <Table caption="Payouts" columns={COLUMNS} rows={data.payouts} rowKey={(row) => row.id} />
      )}
      {asking ? <WithdrawDialog payouts={data} onClose={() => setAsking(false)} /> : null}
    </Card>
  );
}

function SetUp({ unfinished, barrier }: { unfinished: boolean; barrier: string | null }) {
  const trpc = useTRPC();
  const start = useMutation(
    trpc.payments.startOnboarding.mutationOptions({ onSuccess: ({ url }) => window.location.assign(url) }),
  );
  const failure = failureOf(start.error);
  return (
    <div className="space-y-3 p-4">
      <p className="text-sm text-ink-soft">
        {unfinished
          ? "Your account at Stripe is not finished. Go on where you were; your earnings wait here."
          : "Tell Stripe who you are and where the money goes, once. We never see your bank details."}
      </p>
      {failure === null ? null : <ErrorNote message={failure.message} requestId={failure.requestId} />}
      <Button
        variant="primary"
        pending={start.isPending || start.isSuccess}
        disabled={barrier !== null}
        title={barrier ?? undefined}
        onClick={() => start.mutate()}
      >
        {unfinished ? "Go on with the set-up" : "Set up payouts"}
      </Button>
    </div>
  );
}

function WithdrawDialog({ payouts, onClose }: { payouts: Payouts; onClose: () => void }) {
  const trpc = useTRPC();
  const client = useQueryClient();
  const [text, setText] = useState(() => plainUsd(payouts.payableMicros));
  const [idempotencyKey] = useState(() => crypto.randomUUID());
  const amount = centsOf(text);
  const request = useMutation(
    trpc.payments.requestPayout.mutationOptions({
      onSuccess: async () => {
        await client.invalidateQueries();
        onClose();
      },
    }),
  );
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (amount !== null) request.mutate({ amountMicros: amount, idempotencyKey: `${idempotencyKey}-${amount}` });
  };
  return (
    <Dialog open onOpenChange={onClose} title="Withdraw earnings" description="To the bank account that Stripe knows">
      <form onSubmit={submit} className="space-y-4">
        <AmountField
          text={text}
          onText={setText}
          hint={`At most ${formatUsd(payouts.payableMicros)}.`}
          problem={failureOf(request.error)?.message}
        />
        <Button type="submit" variant="primary" wide pending={request.isPending} disabled={amount === null}>
          Withdraw {amount === null ? "" : formatUsd(amount)}
        </Button>
      </form>
    </Dialog>
  );
}

const COLUMNS = withdrawalColumns<Payouts["payouts"][number]>("USD");
