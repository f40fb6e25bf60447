import type { ReactNode } from "react";
import { BillingTabs } from "@/features/billing/billing-tabs";
import { pageSession } from "@/server/auth-session";

/** The pages about money share one row of tabs. A browser that is not signed in gets the bare page, which sends it to sign in. */
export default async function BillingLayout({ children }: { children: ReactNode }) {
  const session = await pageSession();
  if (session === null || session.actor === null || session.organisation === null) return children;
  return (
    <>
      <BillingTabs />
      {children}
    </>
  );
}
