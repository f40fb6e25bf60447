"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { Button } from "@/ui/button";
import { Card, Fact, PageHeader } from "@/ui/card";
import { EmptyState } from "@/ui/empty-state";
import { Money } from "@/ui/money";
import { useTRPC } from "../api/trpc";
import { PayoutCard } from "./payout-card";
import { StatementCard } from "./statement-card";
import { UsdcEarningsCard } from "./usdc-earnings-card";

const REFRESH_MS = 5_000;

export function EarningsPage() {
  const trpc = useTRPC();
  const balance = useQuery(trpc.ledger.balance.queryOptions(undefined, { refetchInterval: REFRESH_MS }));
  const offers = useQuery(trpc.market.offers.queryOptions(undefined, { refetchInterval: REFRESH_MS }));
  const active = offers.data?.filter((offer) => offer.state === "active") ?? [];
  const matched = active.filter((offer) => offer.activeMatch !== null);
  return (
    <>
      <PageHeader
        title="Earnings"
        lead="What your machines have earned. A segment pays the moment it is verified; an audit pays when it found the truth. Work that is not verified pays nothing."
      />
      <div className="space-y-4">
        <Card>
          <dl className="grid grid-cols-1 gap-5 sm:grid-cols-3">
            <Fact label="Earned, not withdrawn" note="verified work and audits, after the platform fee" large>
              {balance.data === undefined ? (
                <span className="text-ink-faint">…</span>
              ) : (
                <Money amountMicros={balance.data.earnedMicros} />
              )}
            </Fact>
            <Fact label="On the market" note="machines with an active offer" large>
              {offers.data === undefined ? "…" : active.length}
            </Fact>
            <Fact label="Matched" note="machines that train right now" large>
              {offers.data === undefined ? "…" : matched.length}
            </Fact>
          </dl>
        </Card>
        <PayoutCard />
        <UsdcEarningsCard />
        <StatementCard
          title="Earnings, segment by segment"
          filter={{ accountKind: "earnings" }}
          empty={<NothingEarned />}
          oneAccount
        />
      </div>
    </>
  );
}

function NothingEarned() {
  return (
    <EmptyState
      title="Nothing earned yet"
      action={
        <Button asChild variant="primary">
          <Link href="/machines">Go to machines</Link>
        </Button>
      }
    >
      <p>
        Join a machine and set its floor. The first verified segment appears here with its job, its price and the fee.
      </p>
    </EmptyState>
  );
}
