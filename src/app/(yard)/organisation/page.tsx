import type { Metadata } from "next";
import { Hydrated } from "@/features/api/hydrated";
import { OrganisationPage } from "@/features/organisation/organisation-page";
import { pageMember } from "@/server/auth-session";
import { prefetched } from "../../prefetch";

export const metadata: Metadata = { title: "Organisation" };

export default async function Page() {
  const session = await pageMember("/organisation");
  const state = await prefetched(session, (trpc) => [
    trpc.identity.members.queryOptions(),
    trpc.identity.invitations.queryOptions(),
  ]);
  return (
    <Hydrated state={state}>
      <OrganisationPage />
    </Hydrated>
  );
}
