import type { Metadata } from "next";
import { Hydrated } from "@/features/api/hydrated";
import { EarningsPage } from "@/features/money/earnings-page";
import { pageMember } from "@/server/auth-session";
import { prefetched } from "../../prefetch";

export const metadata: Metadata = { title: "Earnings" };

export default async function Page() {
  const session = await pageMember("/earnings");
  const state = await prefetched(session, (trpc) => [
    trpc.ledger.balance.queryOptions(),
    trpc.ledger.statement.queryOptions({ accountKind: "earnings" }),
    trpc.market.offers.queryOptions(),
  ]);
  return (
    <Hydrated state={state}>
      <EarningsPage />
    </Hydrated>
  );
}
