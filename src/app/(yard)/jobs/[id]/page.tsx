import type { Metadata } from "next";
import { Hydrated } from "@/features/api/hydrated";
import { TrainingRunPage } from "@/features/training-run/training-run-page";
import { pageMember } from "@/server/auth-session";
import { prefetched } from "../../../prefetch";

export const metadata: Metadata = { title: "Job" };

export default async function Page({ params }: { params: Promise<{ id: string }> }) {
  const { id: jobId } = await params;
  const session = await pageMember(`/jobs/${jobId}`);
  const state = await prefetched(session, (trpc) => [
    trpc.settlement.read.queryOptions({ jobId }),
    trpc.jobs.lossCurve.queryOptions({ jobId }),
    trpc.jobs.events.queryOptions({ jobId }),
    trpc.spending.request.queryOptions({ jobId }),
  ]);
  return (
    <Hydrated state={state}>
      <TrainingRunPage jobId={jobId} />
    </Hydrated>
  );
}
