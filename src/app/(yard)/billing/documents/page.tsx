import type { Metadata } from "next";
import { Hydrated } from "@/features/api/hydrated";
import { DocumentsPage } from "@/features/billing/documents-page";
import { pageMember } from "@/server/auth-session";
import { prefetched } from "../../../prefetch";

export const metadata: Metadata = { title: "Documents" };

export default async function Page() {
  const session = await pageMember("/billing/documents");
  const state = await prefetched(session, (trpc) => [
    trpc.billing.documents.queryOptions({}),
    trpc.billing.periods.queryOptions(),
  ]);
  return (
    <Hydrated state={state}>
      <DocumentsPage />
    </Hydrated>
  );
}
