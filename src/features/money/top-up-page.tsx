"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { formatUsd } from "@/kernel/values/money";
import { Button } from "@/ui/button";
import { Card, PageHeader } from "@/ui/card";
import { ErrorNote } from "@/ui/error-note";
import { Spinner } from "@/ui/spinner";
import { failureOf } from "../api/failure";
import { useTRPC, type Outputs } from "../api/trpc";

type TopUp = Outputs["payments"]["topUp"];
const ASK_EVERY_MS = 1_500;

/** Where a payer comes back to: asks until the payment is known, without waiting for anybody's webhook. */
export function TopUpPage({ topUpId }: { topUpId: string }) {
  const trpc = useTRPC();
  const topUp = useQuery(
    trpc.payments.topUp.queryOptions(
      { topUpId },
      { refetchInterval: ({ state }) => (state.data?.state === "open" || !state.data ? ASK_EVERY_MS : false) },
    ),
  );
  const failure = failureOf(topUp.error);
  return (
    <>
      <PageHeader title="Adding funds" />
      {failure === null ? null : <ErrorNote message={failure.message} requestId={failure.requestId} />}
      <Card>{topUp.data === undefined ? <Waiting text="Asking Stripe…" /> : <State topUp={topUp.data} />}</Card>
    </>
  );
}

function State({ topUp }: { topUp: TopUp }) {
  const amount = formatUsd(topUp.amountMicros);
  switch (topUp.state) {
    case "paid":
      return (
        <Ended
          title={`${amount} is in your balance`}
          text="It can be spent on jobs now. The receipt is under Billing."
        />
      );
    case "processing":
      return (
        <Ended
          title={`${amount} is on its way`}
          text="Your bank was asked. The money is credited when it arrives, in about four working days; nothing more is to do."
        />
      );
    case "failed":
    case "expired":
      return (
        <Ended
          title="The payment was not made"
          text={topUp.failure ?? "The page was closed before the payment. Nothing was charged."}
        />
      );
    case "open":
      return (
        <div className="space-y-4">
          <Waiting text={topUp.failure ?? `Waiting for the payment of ${amount}.`} />
          {topUp.url === null ? null : (
            <Button asChild>
              <a href={topUp.url}>Go on paying</a>
            </Button>
          )}
        </div>
      );
  }
}

function Ended({ title, text }: { title: string; text: string }) {
  return (
    <div className="space-y-3">
      <h2 className="text-base font-semibold">{title}</h2>
      <p className="text-sm text-ink-soft">{text}</p>
      <div className="flex gap-2">
        <Button asChild variant="primary">
          <Link href="/jobs/new">Post a job</Link>
        </Button>
        <Button asChild>
          <Link href="/billing">To Billing</Link>
        </Button>
      </div>
    </div>
  );
}

function Waiting({ text }: { text: string }) {
  return (
    <p className="flex items-center gap-2 text-sm text-ink-soft" role="status">
      <Spinner />
      {text}
    </p>
  );
}
