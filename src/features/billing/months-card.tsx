"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { LockKeyhole } from "lucide-react";
import { Button } from "@/ui/button";
import { Card } from "@/ui/card";
import { ErrorNote } from "@/ui/error-note";
import { Ago } from "@/ui/quantity";
import { SkeletonRows } from "@/ui/skeleton";
import { StatusPill, type Tone } from "@/ui/status-pill";
import { Table, type Column } from "@/ui/table";
import { failureOf } from "../api/failure";
import { useTRPC, type Outputs } from "../api/trpc";
import { useRoleBarrier } from "../api/viewer";
import { monthWords } from "./words";

type Period = Outputs["billing"]["periods"][number];

const TONES: Record<Period["state"], Tone> = { running: "claim", open: "warn", closed: "proof" };
const WORDS: Record<Period["state"], string> = { running: "Running", open: "To close", closed: "Closed" };

/** Months in which money moved. Closing one issues its documents and locks it; later corrections are credit notes. */
export function MonthsCard() {
  const trpc = useTRPC();
  const periods = useQuery(trpc.billing.periods.queryOptions());
  const failure = failureOf(periods.error);
  return (
    <Card
      flush
      title="Months"
      aside={<span className="text-right text-xs text-ink-faint">closed by itself once a month has ended</span>}
    >
      {failure === null ? null : (
        <div className="p-4">
          <ErrorNote message={failure.message} requestId={failure.requestId} />
        </div>
      )}
      {periods.isPending ? <SkeletonRows rows={2} what="months" /> : null}
      {periods.data?.length === 0 ? (
        <p className="p-4 text-sm text-ink-faint">A month stands here as soon as money has moved in it.</p>
      ) : null}
      {periods.data === undefined || periods.data.length === 0 ? null : (
        <Table caption="Months" columns={COLUMNS} rows={periods.data} rowKey={(period) => period.month} />
      )}
    </Card>
  );
}

const COLUMNS: readonly Column<Period>[] = [
  { id: "month", title: "Month", cell: ({ month }) => <span className="font-medium">{monthWords(month)}</span> },
  {
    id: "state",
    title: "State",
    cell: ({ state }) => <StatusPill tone={TONES[state]}>{WORDS[state]}</StatusPill>,
  },
  { id: "transfers", title: "Ledger transfers", numeric: true, wideOnly: true, cell: ({ transfers }) => transfers },
  {
    id: "closed",
    title: "",
    numeric: true,
    cell: (period) => (period.closedAt === null ? <Close period={period} /> : <Ago at={period.closedAt} />),
  },
];

function Close({ period }: { period: Period }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const barrier = useRoleBarrier("finance");
  const close = useMutation(
    trpc.billing.closeMonth.mutationOptions({
      onSuccess: () => queryClient.invalidateQueries({ queryKey: trpc.billing.pathKey() }),
    }),
  );
  const failure = failureOf(close.error);
  if (period.state === "running") return <span className="text-xs text-ink-faint">ends with the month</span>;
  return (
    <span className="inline-flex flex-col items-end gap-1 whitespace-normal">
      <Button
        size="small"
        disabled={barrier !== null}
        title={barrier ?? undefined}
        pending={close.isPending}
        onClick={() => close.mutate({ month: period.month })}
      >
        <LockKeyhole className="size-3.5" aria-hidden="true" />
        Close the month
      </Button>
      {failure === null ? null : <span className="max-w-72 text-right text-xs text-fault">{failure.message}</span>}
    </span>
  );
}
