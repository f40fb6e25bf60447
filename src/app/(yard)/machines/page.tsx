import type { Metadata } from "next";
import { Hydrated } from "@/features/api/hydrated";
import { MachinesPage } from "@/features/machines/machines-page";
import { pageMember } from "@/server/auth-session";
import { prefetched } from "../../prefetch";

export const metadata: Metadata = { title: "Machines" };

export default async function Page() {
  const session = await pageMember("/machines");
  const state = await prefetched(session, (trpc) => [
    trpc.identity.machines.queryOptions(),
    trpc.market.offers.queryOptions(),
  ]);
  return (
    <Hydrated state={state}>
      <MachinesPage />
    </Hydrated>
  );
}
