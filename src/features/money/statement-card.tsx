"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import type { ReactNode } from "react";
import { Button } from "@/ui/button";
import { Card } from "@/ui/card";
import { ErrorNote } from "@/ui/error-note";
import { Money } from "@/ui/money";
import { Ago } from "@/ui/quantity";
import { SkeletonRows } from "@/ui/skeleton";
import { Table, type Column } from "@/ui/table";
import { failureOf } from "../api/failure";
import { useTRPC, useTRPCClient, type Inputs, type Outputs } from "../api/trpc";
import { usePages } from "../api/use-pages";
import { accountWords, jobOfReference, kindWords } from "./words";

type Entry = Outputs["ledger"]["statement"][number];
const PAGE_SIZE = 100;
const REFRESH_MS = 5_000;

interface StatementCardProps {
  readonly title: string;
  readonly filter: NonNullable<Inputs["ledger"]["statement"]>;
  /** What stands there while nothing has moved. */
  readonly empty: ReactNode;
  /** Leaves out the account's name where there is only one. */
  readonly oneAccount?: boolean;
}

/** Every movement of money on the organisation's accounts, newest first, with the balance after it. */
export function StatementCard({ title, filter, empty, oneAccount = false }: StatementCardProps) {
  const trpc = useTRPC();
  const client = useTRPCClient();
  const statement = useQuery(trpc.ledger.statement.queryOptions(filter, { refetchInterval: REFRESH_MS }));
  const { rows, older, reading, readOlder } = usePages(statement.data ?? [], PAGE_SIZE, (last) =>
    client.ledger.statement.query({ ...filter, beforeId: last.id }),
  );
  const failure = failureOf(statement.error);
  const columns = oneAccount ? COLUMNS.filter((column) => column.id !== "account") : COLUMNS;
  return (
    <Card flush title={title}>
      {failure === null ? null : (
        <div className="p-4">
          <ErrorNote message={failure.message} requestId={failure.requestId} />
        </div>
      )}
      {statement.isPending ? <SkeletonRows what="the statement" /> : null}
      {statement.isSuccess && rows.length === 0 ? empty : null}
      {rows.length === 0 ? null : <Table caption={title} columns={columns} rows={rows} rowKey={(entry) => entry.id} />}
      {older ? (
        <div className="border-t p-3 text-center">
          <Button size="small" pending={reading} onClick={() => void readOlder()}>
            Show older entries
          </Button>
        </div>
      ) : null}
    </Card>
  );
}

const COLUMNS: readonly Column<Entry>[] = [
  { id: "what", title: "What", cell: (entry) => <What entry={entry} /> },
  {
    id: "account",
    title: "Account",
    wideOnly: true,
    cell: (entry) => <span className="text-ink-soft">{accountWords(entry.accountKind)}</span>,
  },
  {
    id: "amount",
    title: "Amount",
    numeric: true,
    cell: (entry) => <Money amountMicros={entry.amountMicros} asset={entry.asset} signed exact />,
  },
  {
    id: "balance",
    title: "Balance after",
    numeric: true,
    wideOnly: true,
    cell: (entry) =>
      entry.balanceAfterMicros === null ? (
        "–"
      ) : (
        <Money amountMicros={entry.balanceAfterMicros} asset={entry.asset} exact />
      ),
  },
  { id: "at", title: "When", numeric: true, cell: (entry) => <Ago at={entry.at} /> },
];

function What({ entry }: { entry: Entry }) {
  const jobId = jobOfReference(entry.reference);
  return (
    <span className="block max-w-30 whitespace-normal sm:max-w-64">
      {kindWords(entry.kind, entry.asset)}
      <span className="block truncate text-2xs text-ink-faint">
        {jobId === null ? (
          entry.reference
        ) : (
          <Link href={`/jobs/${jobId}`} className="hover:underline">
            {jobId}
          </Link>
        )}
      </span>
    </span>
  );
}
