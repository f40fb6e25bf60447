"use client";

import type { ReactNode } from "react";
import Link from "next/link";
import { Button } from "@/ui/button";
import { EmptyState } from "@/ui/empty-state";
import { useViewer } from "../api/viewer";

/** Shows a page of finance to whoever may read it; an engineer is led to what was spent. */
export function NotForEngineers({ children }: { children: ReactNode }) {
  const { role } = useViewer();
  if (role !== "engineer") return children;
  return (
    <EmptyState
      title="This page is for finance"
      action={
        <Button asChild>
          <Link href="/billing/spend">See what was spent</Link>
        </Button>
      }
    >
      <p>Your role is engineer. Documents, exports and the tax profile are for owners, admins, finance and viewers.</p>
    </EmptyState>
  );
}
