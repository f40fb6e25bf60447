import Link from "next/link";
import type { ReactNode } from "react";
import { Logo } from "@/ui/logo";
import type { Theme } from "@/ui/theme";
import { ThemeToggle } from "@/ui/theme-toggle";

/** The frame of the pages before the door: the name, and one column. */
export function PlainFrame({ theme, children }: { theme: Theme; children: ReactNode }) {
  return (
    <div className="flex min-h-dvh flex-col">
      <header className="flex h-15 items-center justify-between px-4 sm:px-6">
        <Link href="/" aria-label="Trainyard, start page">
          <Logo />
        </Link>
        <ThemeToggle theme={theme} />
      </header>
      <main className="mx-auto w-full max-w-md flex-1 px-4 py-8 sm:py-16">{children}</main>
    </div>
  );
}
