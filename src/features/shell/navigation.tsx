"use client";

import { useQuery } from "@tanstack/react-query";
import { Building2, ChartPie, Cpu, FileText, ListTree, Plus, Scale, ScrollText, Wallet } from "lucide-react";
import Link from "next/link";
import { usePathname } from "next/navigation";
import { classNames } from "@/ui/class-names";
import { StatusPill } from "@/ui/status-pill";
import { useTRPC } from "../api/trpc";
import { useRoleBarrier, useViewer } from "../api/viewer";

const REFRESH_MS = 10_000;

const GROUPS = [
  {
    title: "Train",
    links: [
      { href: "/jobs", title: "Jobs", icon: ListTree },
      { href: "/jobs/new", title: "New job", icon: Plus },
    ],
  },
  {
    title: "Provide",
    links: [
      { href: "/machines", title: "Machines", icon: Cpu },
      { href: "/earnings", title: "Earnings", icon: FileText },
    ],
  },
  {
    title: "Manage",
    links: [
      { href: "/billing", title: "Billing", icon: Wallet },
      { href: "/spending", title: "Spending", icon: ChartPie },
      { href: "/organisation", title: "Organisation", icon: Building2 },
      { href: "/audit-log", title: "Audit log", icon: ScrollText },
    ],
  },
] as const;

/** What only the operator of the market has. */
const OPERATOR = { title: "Operate", links: [{ href: "/tie-out", title: "Tie-out", icon: Scale }] } as const;

/** The longest address that the path starts with is where one is: /jobs/new is not Jobs. */
function currentHref(path: string): string {
  const hrefs = [...GROUPS, OPERATOR].flatMap((group) => group.links.map((link) => link.href));
  const above = hrefs.filter((href) => path === href || path.startsWith(`${href}/`));
  return above.sort((a, b) => b.length - a.length)[0] ?? "";
}

export function Navigation() {
  const current = currentHref(usePathname());
  const groups = useViewer().isPlatform ? [...GROUPS, OPERATOR] : GROUPS;
  return (
    <nav
      aria-label="Main"
      className="flex overflow-x-auto px-2 pb-1 lg:flex-col lg:gap-4 lg:overflow-visible lg:px-3 lg:pt-1"
    >
      {groups.map((group) => (
        <div key={group.title} className="contents lg:block">
          <p className="mb-1 hidden px-2 text-2xs text-ink-faint lg:block">{group.title}</p>
          {group.links.map(({ href, title, icon: Icon }) => (
            <Link
              key={href}
              href={href}
              aria-current={href === current ? "page" : undefined}
              className={classNames(
                "flex h-9 items-center gap-2 rounded-md px-2.5 text-sm whitespace-nowrap lg:h-8",
                href === current ? "bg-sunken font-medium text-ink" : "text-ink-soft hover:bg-sunken hover:text-ink",
              )}
            >
              <Icon className="size-4 shrink-0" aria-hidden="true" />
              {title}
              {href === "/spending" ? <ToDecide /> : null}
            </Link>
          ))}
        </div>
      ))}
    </nav>
  );
}

/** How many requests wait for the viewer's own yes or no. */
function ToDecide() {
  const trpc = useTRPC();
  const mayDecide = useRoleBarrier("finance") === null;
  const { data: count = 0 } = useQuery(
    trpc.spending.toDecide.queryOptions(undefined, { enabled: mayDecide, refetchInterval: REFRESH_MS }),
  );
  if (count === 0) return null;
  // Relative, so that the words for readers lie inside the strip that scrolls and do not widen a phone's page.
  return (
    <span className="relative lg:ml-auto">
      <StatusPill tone="warn">
        {count}
        <span className="sr-only"> to approve</span>
      </StatusPill>
    </span>
  );
}
