import type { Metadata } from "next";
import { Hydrated } from "@/features/api/hydrated";
import { BillingPage } from "@/features/money/billing-page";
import { pageMember } from "@/server/auth-session";
import { prefetched } from "../../prefetch";

export const metadata: Metadata = { title: "Billing" };

export default async function Page() {
  const session = await pageMember("/billing");
  const state = await prefetched(session, (trpc) => [
    trpc.ledger.balance.queryOptions(),
    trpc.ledger.statement.queryOptions({ accountKind: "available" }),
    trpc.ledger.statement.queryOptions({ accountKind: "hold" }),
    trpc.payments.rails.queryOptions(),
  ]);
  return (
    <Hydrated state={state}>
      <BillingPage />
    </Hydrated>
  );
}
