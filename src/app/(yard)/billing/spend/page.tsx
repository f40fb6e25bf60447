import type { Metadata } from "next";
import { SpendPage } from "@/features/billing/spend-page";
import { pageMember } from "@/server/auth-session";

export const metadata: Metadata = { title: "Spend" };

export default async function Page() {
  await pageMember("/billing/spend");
  return <SpendPage />;
}
