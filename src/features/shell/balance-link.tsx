"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { Money } from "@/ui/money";
import { useTRPC } from "../api/trpc";

const REFRESH_MS = 5_000;

/** The organisation's money: what may be spent and what is held for running jobs. */
export function BalanceLink({ compact = false }: { compact?: boolean }) {
  const trpc = useTRPC();
  const balance = useQuery(trpc.ledger.balance.queryOptions(undefined, { refetchInterval: REFRESH_MS }));
  const available = balance.data?.availableMicros ?? 0n;
  if (compact)
    return (
      <Link
        href="/billing"
        className="rounded-md px-2 py-1 text-sm font-medium hover:bg-sunken"
        aria-label="Available balance"
      >
        <Money amountMicros={available} />
      </Link>
    );
  return (
    <Link href="/billing" className="block rounded-md px-2 py-1.5 hover:bg-sunken">
      <span className="flex items-baseline justify-between text-sm">
        <span className="text-ink-faint">Available</span>
        <span className="font-medium">
          <Money amountMicros={available} />
        </span>
      </span>
      <span className="flex items-baseline justify-between text-xs text-ink-faint">
        <span>Held</span>
        <Money amountMicros={balance.data?.heldMicros ?? 0n} />
      </span>
    </Link>
  );
}
