import type { Metadata } from "next";
import { Hydrated } from "@/features/api/hydrated";
import { AuditLogPage } from "@/features/organisation/audit-log-page";
import { pageMember } from "@/server/auth-session";
import { prefetched } from "../../prefetch";

export const metadata: Metadata = { title: "Audit log" };

export default async function Page() {
  const session = await pageMember("/audit-log");
  const state = await prefetched(session, (trpc) => [
    trpc.identity.members.queryOptions(),
    trpc.identity.activity.queryOptions({}),
    trpc.identity.activityKinds.queryOptions(),
  ]);
  return (
    <Hydrated state={state}>
      <AuditLogPage />
    </Hydrated>
  );
}
