"use client";

import Link from "next/link";
import type { ReactNode } from "react";
import { Logo } from "@/ui/logo";
import type { Theme } from "@/ui/theme";
import { ThemeToggle } from "@/ui/theme-toggle";
import { ViewerProvider, type Viewer } from "../api/viewer";
import { AccountMenu } from "./account-menu";
import { BalanceLink } from "./balance-link";
import { Navigation } from "./navigation";
import { OrganisationMenu } from "./organisation-menu";

/** The frame of every page behind the door: where one is, for whom, and how much money there is. */
export function Shell({ viewer, theme, children }: { viewer: Viewer; theme: Theme; children: ReactNode }) {
  return (
    <ViewerProvider viewer={viewer}>
      <a
        href="#content"
        className="sr-only focus:not-sr-only focus:fixed focus:top-2 focus:left-2 focus:z-50 focus:bg-raised focus:px-3 focus:py-2"
      >
        Skip to content
      </a>
      <div className="min-h-dvh lg:grid lg:grid-cols-[14rem_minmax(0,1fr)]">
        <aside className="border-b bg-surface lg:sticky lg:top-0 lg:flex lg:h-dvh lg:flex-col lg:border-r lg:border-b-0">
          <div className="flex h-13 items-center justify-between gap-3 px-4 lg:h-15">
            <Link href="/jobs" aria-label="Trainyard, jobs">
              <Logo />
            </Link>
            <div className="flex items-center gap-1 lg:hidden">
              <BalanceLink compact />
              <ThemeToggle theme={theme} />
              <AccountMenu />
            </div>
          </div>
          <div className="px-3 pb-2 lg:pb-3">
            <OrganisationMenu />
          </div>
          <Navigation />
          <div className="mt-auto hidden border-t p-3 lg:block">
            <BalanceLink />
            <div className="mt-2 flex items-center justify-between gap-1">
              <AccountMenu wide />
              <ThemeToggle theme={theme} />
            </div>
          </div>
        </aside>
        <main id="content" className="min-w-0 px-4 py-5 sm:px-6 lg:px-8 lg:py-7">
          <div className="mx-auto max-w-[86rem]">{children}</div>
        </main>
      </div>
    </ViewerProvider>
  );
}
