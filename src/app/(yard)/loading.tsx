import { Card } from "@/ui/card";
import { Skeleton, SkeletonRows } from "@/ui/skeleton";

export default function Loading() {
  return (
    <>
      <div className="mb-5 space-y-2">
        <Skeleton height={28} width={180} />
        <Skeleton height={18} width={420} />
      </div>
      <Card flush>
        <SkeletonRows what="the page" />
      </Card>
    </>
  );
}
