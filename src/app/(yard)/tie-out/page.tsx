import type { Metadata } from "next";
import { Hydrated } from "@/features/api/hydrated";
import { TieOutPage } from "@/features/tie-out/tie-out-page";
import { pageMember } from "@/server/auth-session";
import { prefetched } from "../../prefetch";

export const metadata: Metadata = { title: "Tie-out" };

export default async function Page() {
  const session = await pageMember("/tie-out");
  const state = await prefetched(session, (trpc) => [trpc.reconciliation.tieOut.queryOptions()]);
  return (
    <Hydrated state={state}>
      <TieOutPage />
    </Hydrated>
  );
}
