import type { Metadata } from "next";
import { Hydrated } from "@/features/api/hydrated";
import { TaxProfilePage } from "@/features/billing/tax-profile-page";
import { pageMember } from "@/server/auth-session";
import { prefetched } from "../../../prefetch";

export const metadata: Metadata = { title: "Tax profile" };

export default async function Page() {
  const session = await pageMember("/billing/tax-profile");
  const state = await prefetched(session, (trpc) => [trpc.billing.taxProfile.queryOptions()]);
  return (
    <Hydrated state={state}>
      <TaxProfilePage />
    </Hydrated>
  );
}
