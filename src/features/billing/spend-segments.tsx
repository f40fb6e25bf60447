"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { Button } from "@/ui/button";
import { Card } from "@/ui/card";
import { ErrorNote } from "@/ui/error-note";
import { Hash } from "@/ui/hash";
import { Money } from "@/ui/money";
import { Ago } from "@/ui/quantity";
import { SkeletonRows } from "@/ui/skeleton";
import { Table, type Column } from "@/ui/table";
import { failureOf } from "../api/failure";
import { useTRPC, useTRPCClient, type Outputs } from "../api/trpc";
import { usePages } from "../api/use-pages";
import type { SpendQuery } from "./spend-page";

type Segment = Outputs["billing"]["spendSegments"][number];
const PAGE_SIZE = 100;

/** The last step down: every paid segment with its commitment and its ledger entry. */
export function SpendSegments({ query }: { query: SpendQuery }) {
  const trpc = useTRPC();
  const client = useTRPCClient();
  const first = useQuery(trpc.billing.spendSegments.queryOptions(query));
  const { rows, older, reading, readOlder } = usePages(first.data ?? [], PAGE_SIZE, (last) =>
    client.billing.spendSegments.query({ ...query, beforeId: last.id }),
  );
  const failure = failureOf(first.error);
  const columns: readonly Column<Segment>[] = [
    {
      id: "segment",
      title: "Segment",
      cell: (segment) => (
        <Link href={`/jobs/${segment.jobId}?segment=${segment.index}`} className="block hover:underline">
          <span className="block max-w-40 truncate font-medium">{segment.jobName}</span>
          <span className="block text-2xs text-ink-faint">segment {segment.index + 1}: evidence</span>
        </Link>
      ),
    },
    { id: "provider", title: "Provider", wideOnly: true, cell: (segment) => segment.providerName },
    {
      id: "commitment",
      title: "Commitment",
      wideOnly: true,
      cell: (segment) => <Hash value={segment.commitment} name="commitment" />,
    },
    {
      id: "entry",
      title: "Ledger entry",
      roomyOnly: true,
      cell: (segment) => <Hash value={segment.entryId} name="ledger entry" />,
    },
    {
      id: "amount",
      title: "Paid",
      numeric: true,
      cell: (segment) => <Money amountMicros={segment.amountMicros} asset={query.asset} exact />,
    },
    { id: "at", title: "When", numeric: true, cell: (segment) => <Ago at={segment.at} /> },
  ];
  return (
    <Card flush title="Segments">
      {failure === null ? null : (
        <div className="p-4">
          <ErrorNote message={failure.message} requestId={failure.requestId} />
        </div>
      )}
      {first.isPending ? <SkeletonRows what="segments" /> : null}
      {rows.length === 0 ? null : (
        <Table caption="Segments" columns={columns} rows={rows} rowKey={(segment) => segment.id} />
      )}
      {first.isSuccess && rows.length === 0 ? (
        <p className="p-4 text-sm text-ink-faint">No segment was paid here.</p>
      ) : null}
      {older ? (
        <div className="border-t p-3 text-center">
          <Button size="small" pending={reading} onClick={() => void readOlder()}>
            Show older segments
          </Button>
        </div>
      ) : null}
    </Card>
  );
}
