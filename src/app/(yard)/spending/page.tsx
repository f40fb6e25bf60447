import type { Metadata } from "next";
import { Hydrated } from "@/features/api/hydrated";
import { SpendingPage } from "@/features/spending/spending-page";
import { pageMember } from "@/server/auth-session";
import { prefetched } from "../../prefetch";

export const metadata: Metadata = { title: "Spending" };

export default async function Page() {
  const session = await pageMember("/spending");
  const state = await prefetched(session, (trpc) => [
    trpc.spending.overview.queryOptions(),
    trpc.spending.requests.queryOptions({ waitingOnly: true }),
    trpc.spending.requests.queryOptions({ waitingOnly: false }),
  ]);
  return (
    <Hydrated state={state}>
      <SpendingPage />
    </Hydrated>
  );
}
