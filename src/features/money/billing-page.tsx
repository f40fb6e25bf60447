"use client";

import { useQuery } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { useRouter, useSearchParams } from "next/navigation";
import { useState } from "react";
import { Button } from "@/ui/button";
import { Card, Fact, PageHeader } from "@/ui/card";
import { EmptyState } from "@/ui/empty-state";
import { ErrorNote } from "@/ui/error-note";
import { Money } from "@/ui/money";
import { failureOf } from "../api/failure";
import { useTRPC } from "../api/trpc";
import { useRoleBarrier } from "../api/viewer";
import { AutoTopUpCard } from "./auto-top-up-card";
import { FundingCard } from "./funding-card";
import { FundsDialog } from "./funds-dialog";
import { RefundDialog } from "./refund-dialog";
import { StatementCard } from "./statement-card";

const REFRESH_MS = 5_000;

export function BillingPage() {
  const trpc = useTRPC();
  const router = useRouter();
  const [adding, setAdding] = useState(useSearchParams().get("add") !== null);
  const [refunding, setRefunding] = useState(false);
  const barrier = useRoleBarrier("finance");
  const balance = useQuery(trpc.ledger.balance.queryOptions(undefined, { refetchInterval: REFRESH_MS }));
  const rails = useQuery(trpc.payments.rails.queryOptions());
  const failure = failureOf(balance.error);
  const open = rails.data?.stripe === true;
  const close = (): void => {
    setAdding(false);
    router.replace("/billing");
  };
  return (
    <>
      <PageHeader
        title="Billing"
        lead="One prepaid balance. Posting a job holds its limit; every verified segment posts its price from that hold; what is left returns."
        actions={
          open ? (
            <>
              <Button disabled={barrier !== null} title={barrier ?? undefined} onClick={() => setRefunding(true)}>
                Refund
              </Button>
              <Button
                variant="primary"
                disabled={barrier !== null}
                title={barrier ?? undefined}
                onClick={() => setAdding(true)}
              >
                <Plus className="size-4" aria-hidden="true" />
                Add funds
              </Button>
            </>
          ) : null
        }
      />
      {failure === null ? null : <ErrorNote message={failure.message} requestId={failure.requestId} />}
      <div className="space-y-4">
        <Card>
          <dl className="grid grid-cols-1 gap-5 sm:grid-cols-3">
            <Fact label="Available" note="may be spent on new jobs" large>
              <Amount value={balance.data?.availableMicros} />
            </Fact>
            <Fact label="Held" note="reserved for jobs that have not ended" large>
              <Amount value={balance.data?.heldMicros} />
            </Fact>
            <Fact label="Posted" note="paid for verified segments so far" large>
              <Amount value={balance.data?.postedMicros} />
            </Fact>
          </dl>
          {barrier === null ? null : <p className="mt-4 text-xs text-ink-faint">{barrier}</p>}
        </Card>
        {rails.isSuccess && !open ? <NoRail /> : <FundingCard />}
        {open ? <AutoTopUpCard /> : null}
        <StatementCard
          title="Statement of the available balance"
          filter={{ accountKind: "available" }}
          empty={<NoMovements />}
          oneAccount
        />
        <StatementCard title="Holds, job by job" filter={{ accountKind: "hold" }} empty={<NoHolds />} oneAccount />
      </div>
      {adding && barrier === null && open ? <FundsDialog onClose={close} /> : null}
      {refunding && barrier === null && open ? <RefundDialog onClose={() => setRefunding(false)} /> : null}
    </>
  );
}

function Amount({ value }: { value: bigint | undefined }) {
  return value === undefined ? <span className="text-ink-faint">…</span> : <Money amountMicros={value} />;
}

function NoRail() {
  return (
    <Card title="Adding funds">
      <p className="text-sm text-ink-soft">
        No payment rail is switched on at this installation, so money cannot be added here. Ask whoever runs it.
      </p>
    </Card>
  );
}

function NoHolds() {
  return (
    <p className="p-4 text-sm text-ink-faint">
      A hold opens when you post a job, and shrinks with every segment that is verified and paid.
    </p>
  );
}

function NoMovements() {
  return (
    <EmptyState title="No money has moved yet">
      <p>
        Every movement will stand here with the balance after it: funds in, limits held for jobs, and what returns of
        them.
      </p>
    </EmptyState>
  );
}
