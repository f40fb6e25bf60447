import type { Metadata } from "next";
import { Hydrated } from "@/features/api/hydrated";
import { TopUpPage } from "@/features/money/top-up-page";
import { pageMember } from "@/server/auth-session";
import { prefetched } from "../../../../prefetch";

export const metadata: Metadata = { title: "Adding funds" };

export default async function Page({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params;
  const session = await pageMember(`/billing/top-up/${id}`);
  const state = await prefetched(session, (trpc) => [trpc.payments.topUp.queryOptions({ topUpId: id })]);
  return (
    <Hydrated state={state}>
      <TopUpPage topUpId={id} />
    </Hydrated>
  );
}
