"use client";

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Button } from "@/ui/button";
import { ShareBar } from "@/ui/column-chart";
import { ErrorNote } from "@/ui/error-note";
import { Money } from "@/ui/money";
import { SkeletonRows } from "@/ui/skeleton";
import { Table, type Column } from "@/ui/table";
import { failureOf } from "../api/failure";
import { useTRPC, type Outputs } from "../api/trpc";
import type { SpendQuery } from "./spend-page";
import { GROUP_WORDS, type SpendGroup } from "./words";

type Group = Outputs["billing"]["spend"]["groups"][number];

interface SpendGroupsProps {
  readonly query: SpendQuery;
  readonly groupBy: SpendGroup;
  readonly onDown: (key: string | null, label: string) => void;
}

/** Spend by one thing, largest first, a page of 100. */
export function SpendGroups({ query, groupBy, onDown }: SpendGroupsProps) {
  const trpc = useTRPC();
  const [offset, setOffset] = useState(0);
  const spend = useQuery(trpc.billing.spend.queryOptions({ ...query, groupBy, offset }));
  const failure = failureOf(spend.error);
  if (failure !== null)
    return (
      <div className="p-4">
        <ErrorNote message={failure.message} requestId={failure.requestId} />
      </div>
    );
  if (spend.data === undefined) return <SkeletonRows what="spend" />;
  const { groups, totalMicros, nextOffset } = spend.data;
  if (groups.length === 0) return <p className="p-4 text-sm text-ink-faint">Nothing was spent here.</p>;
  const columns: readonly Column<Group>[] = [
    {
      id: "label",
      title: GROUP_WORDS[groupBy],
      cell: (group) => (
        <button
          type="button"
          className="max-w-40 truncate text-left font-medium hover:underline sm:max-w-80"
          onClick={() => onDown(group.key, labelOf(group, groupBy))}
        >
          {labelOf(group, groupBy)}
        </button>
      ),
    },
    {
      id: "share",
      title: "Share",
      wideOnly: true,
      cell: (group) => <ShareBar part={group.amountMicros} whole={totalMicros} />,
    },
    { id: "segments", title: "Segments", numeric: true, cell: (group) => group.segments },
    {
      id: "amount",
      title: "Spent",
      numeric: true,
      cell: (group) => <Money amountMicros={group.amountMicros} asset={query.asset} exact />,
    },
  ];
  return (
    <>
      <Table
        caption={`Spend by ${GROUP_WORDS[groupBy].toLowerCase()}`}
        columns={columns}
        rows={groups}
        rowKey={(group) => group.key ?? ""}
      />
      {offset > 0 || nextOffset !== null ? (
        <div className="flex justify-center gap-2 border-t p-3">
          <Button size="small" disabled={offset === 0} onClick={() => setOffset(0)}>
            First page
          </Button>
          <Button size="small" disabled={nextOffset === null} onClick={() => setOffset(nextOffset ?? 0)}>
            Next page
          </Button>
        </div>
      ) : null}
    </>
  );
}

function labelOf(group: Group, groupBy: SpendGroup): string {
  return group.label ?? `Without a ${GROUP_WORDS[groupBy].toLowerCase()}`;
}
