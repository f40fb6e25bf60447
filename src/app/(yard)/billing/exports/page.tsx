import type { Metadata } from "next";
import { ExportsPage } from "@/features/billing/exports-page";
import { pageMember } from "@/server/auth-session";

export const metadata: Metadata = { title: "Exports" };

export default async function Page() {
  await pageMember("/billing/exports");
  return <ExportsPage />;
}
