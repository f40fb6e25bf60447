import type { Metadata } from "next";
import { Hydrated } from "@/features/api/hydrated";
import { JobListPage } from "@/features/job-list/job-list-page";
import { pageMember } from "@/server/auth-session";
import { prefetched } from "../../prefetch";

export const metadata: Metadata = { title: "Jobs" };

export default async function Page() {
  const session = await pageMember("/jobs");
  const state = await prefetched(session, (trpc) => [trpc.jobs.list.queryOptions({})]);
  return (
    <Hydrated state={state}>
      <JobListPage />
    </Hydrated>
  );
}
