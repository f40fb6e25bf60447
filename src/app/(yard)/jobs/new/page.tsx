import type { Metadata } from "next";
import { Hydrated } from "@/features/api/hydrated";
import { PostJobPage } from "@/features/post-job/post-job-page";
import { pageMember } from "@/server/auth-session";
import { prefetched } from "../../../prefetch";

export const metadata: Metadata = { title: "New job" };

export default async function Page() {
  const session = await pageMember("/jobs/new");
  const state = await prefetched(session, (trpc) => [
    trpc.jobs.templates.queryOptions(),
    trpc.jobs.ownModelDefaults.queryOptions(),
    trpc.jobs.datasets.queryOptions(),
    trpc.spending.overview.queryOptions(),
  ]);
  return (
    <Hydrated state={state}>
      <PostJobPage />
    </Hydrated>
  );
}
