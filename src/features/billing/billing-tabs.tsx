"use client";

import Link from "next/link";
import { usePathname } from "next/navigation";
import { classNames } from "@/ui/class-names";
import { useViewer } from "../api/viewer";

const TABS = [
  { href: "/billing", title: "Balance", engineer: true },
  { href: "/billing/spend", title: "Spend", engineer: true },
  { href: "/billing/documents", title: "Documents", engineer: false },
  { href: "/billing/exports", title: "Exports", engineer: false },
  { href: "/billing/tax-profile", title: "Tax profile", engineer: false },
] as const;

/** The pages about money. An engineer sees what was spent; documents are for finance and those who read everything. */
export function BillingTabs() {
  const path = usePathname();
  const { role } = useViewer();
  return (
    <nav aria-label="Billing" className="mb-5 flex gap-5 overflow-x-auto border-b">
      {TABS.filter((tab) => tab.engineer || role !== "engineer").map(({ href, title }) => (
        <Link
          key={href}
          href={href}
          aria-current={path === href ? "page" : undefined}
          className={classNames(
            "-mb-px border-b-2 py-2 text-sm font-medium whitespace-nowrap",
            path === href ? "border-ink text-ink" : "border-transparent text-ink-faint hover:text-ink",
          )}
        >
          {title}
        </Link>
      ))}
    </nav>
  );
}
