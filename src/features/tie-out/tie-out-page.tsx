"use client";

import { useQuery } from "@tanstack/react-query";
import { Card, Fact, PageHeader } from "@/ui/card";
import { classNames } from "@/ui/class-names";
import { EmptyState } from "@/ui/empty-state";
import { ErrorNote } from "@/ui/error-note";
import { Money } from "@/ui/money";
import { Ago } from "@/ui/quantity";
import { StatusPill } from "@/ui/status-pill";
import { Table, type Column } from "@/ui/table";
import { failureOf } from "../api/failure";
import { useTRPC, type Outputs } from "../api/trpc";
import { DisputesCard } from "./disputes-card";

type TieOut = Outputs["reconciliation"]["tieOut"];
type Difference = TieOut["differences"][number];
const REFRESH_MS = 5_000;

/** Books, Stripe and chain side by side: green only when nothing is left to explain. */
export function TieOutPage() {
  const trpc = useTRPC();
  const tieOut = useQuery(trpc.reconciliation.tieOut.queryOptions(undefined, { refetchInterval: REFRESH_MS }));
  const failure = failureOf(tieOut.error);
  return (
    <>
      <PageHeader
        title="Tie-out"
        lead="Every half minute the books are compared with themselves, with Stripe and with the chain. It is green only when every cent is explained; a difference stays here with its age until it is gone."
      />
      {failure === null ? null : <ErrorNote message={failure.message} requestId={failure.requestId} />}
      {tieOut.data === undefined ? null : <Sheets tieOut={tieOut.data} />}
    </>
  );
}

function Sheets({ tieOut }: { tieOut: TieOut }) {
  const [latest] = tieOut.runs;
  if (latest === undefined)
    return (
      <Card>
        <EmptyState title="No comparison yet">
          <p>The first one runs within half a minute of the start.</p>
        </EmptyState>
      </Card>
    );
  return (
    <div className="space-y-4">
      <Card
        title={latest.green ? "Everything agrees" : `${latest.openCount} open differences`}
        aside={
          <StatusPill tone={latest.green ? "proof" : "fault"}>
            {latest.green ? "Green" : "Open"} <Ago at={latest.at} />
          </StatusPill>
        }
      >
        <Runs runs={tieOut.runs} />
        <dl className="mt-4 grid grid-cols-2 gap-4 md:grid-cols-4">
          {tieOut.sums.map(({ name, totalMicros }) => (
            <Fact key={name} label={sumWords(name)}>
              <Money amountMicros={totalMicros} asset={assetOf(name)} />
            </Fact>
          ))}
        </dl>
        <p className="mt-3 text-2xs text-ink-faint">
          Sums of all accounts of a kind. What stands for the outside world is negative: all of a currency adds up to
          nothing.
        </p>
      </Card>
      <DisputesCard />
      <Card flush title="Differences">
        {tieOut.differences.length === 0 ? (
          <EmptyState title="None, ever">
            <p>
              A difference between books, Stripe and chain would stand here with its name, both amounts and its age.
            </p>
          </EmptyState>
        ) : (
          <Table caption="Differences" columns={COLUMNS} rows={tieOut.differences} rowKey={(row) => row.id} />
        )}
      </Card>
    </div>
  );
}

/** The last runs as a strip, oldest left: a look says whether it was green all along. */
function Runs({ runs }: { runs: TieOut["runs"] }) {
  const green = runs.filter((run) => run.green).length;
  return (
    <div
      className="flex h-6 gap-px"
      role="img"
      aria-label={`${green} of the last ${runs.length} comparisons were green`}
    >
      {[...runs].reverse().map((run) => (
        <span
          key={run.at.toISOString()}
          title={`${run.at.toISOString()}: ${run.green ? "green" : `${run.openCount} open`}`}
          className={classNames("min-w-1 flex-1 rounded-sm", run.green ? "bg-proof" : "bg-fault")}
        />
      ))}
    </div>
  );
}

const sumWords = (name: string): string => name.replace("@", " in ").replaceAll("-", " ");

const COLUMNS: readonly Column<Difference>[] = [
  {
    id: "state",
    title: "State",
    cell: ({ resolvedAt }) => (
      <StatusPill tone={resolvedAt === null ? "fault" : "idle"}>{resolvedAt === null ? "Open" : "Gone"}</StatusPill>
    ),
  },
  { id: "kind", title: "Kind", wideOnly: true, cell: ({ kind }) => <code className="font-mono text-xs">{kind}</code> },
  {
    id: "what",
    title: "What",
    cell: ({ sentence, reference }) => (
      <span className="block max-w-md min-w-40 break-words whitespace-normal">
        {sentence} <code className="font-mono text-2xs break-all text-ink-faint">{reference}</code>
      </span>
    ),
  },
  {
    id: "ledger",
    title: "Books",
    numeric: true,
    cell: (row) => <Money amountMicros={row.ledgerMicros} asset={assetOf(row.asset)} />,
  },
  {
    id: "outside",
    title: "Outside",
    numeric: true,
    cell: (row) => <Money amountMicros={row.outsideMicros} asset={assetOf(row.asset)} />,
  },
  { id: "since", title: "Since", wideOnly: true, cell: ({ firstSeenAt }) => <Ago at={firstSeenAt} /> },
];

function assetOf(text: string): "USD" | "USDC" {
  return text.endsWith("USDC") ? "USDC" : "USD";
}
