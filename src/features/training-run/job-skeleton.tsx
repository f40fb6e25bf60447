import { Card } from "@/ui/card";
import { Skeleton } from "@/ui/skeleton";

/** The shape of a job page. */
export function JobSkeleton() {
  return (
    <div role="status" aria-label="Reading the job">
      <Skeleton height={28} width={260} />
      <div className="mt-8 mb-5 rounded-lg border bg-surface p-4">
        <Skeleton height={92} />
      </div>
      <Card>
        <Skeleton height={340} />
      </Card>
    </div>
  );
}
