"use client";

import { useQuery } from "@tanstack/react-query";
import { Button } from "@/ui/button";
import { Card } from "@/ui/card";
import { ErrorNote } from "@/ui/error-note";
import { Hash } from "@/ui/hash";
import { Ago } from "@/ui/quantity";
import { SkeletonRows } from "@/ui/skeleton";
import { failureOf } from "../api/failure";
import { useTRPC, useTRPCClient } from "../api/trpc";
import { usePages } from "../api/use-pages";
import { activitySentence, actorWords } from "./words";

const PAGE_SIZE = 100;

/** Everything anybody changed, newest first. Written in the same transaction as the change, and never altered. */
export function ActivityLog({ people }: { people: readonly { userId: string; name: string | null; email: string }[] }) {
  const trpc = useTRPC();
  const client = useTRPCClient();
  const log = useQuery(trpc.identity.activity.queryOptions({}));
  const {
    rows: entries,
    older,
    reading,
    readOlder,
  } = usePages(log.data ?? [], PAGE_SIZE, (last) => client.identity.activity.query({ beforeId: last.id }));
  const failure = failureOf(log.error);
  return (
    <Card flush title="Audit log" aside={<span className="text-xs text-ink-faint">append-only</span>}>
      {failure === null ? null : (
        <div className="p-4">
          <ErrorNote message={failure.message} requestId={failure.requestId} />
        </div>
      )}
      {log.isPending ? <SkeletonRows what="the audit log" /> : null}
      {log.isSuccess && entries.length === 0 ? (
        <p className="p-4 text-sm text-ink-faint">Nothing has been changed yet.</p>
      ) : null}
      <ol>
        {entries.map((entry) => (
          <li
            key={entry.id}
            className="flex flex-wrap items-baseline justify-between gap-x-4 gap-y-0.5 border-b px-4 py-2 text-sm last:border-b-0"
          >
            <span className="min-w-0">
              <strong className="font-medium">{actorWords(entry.actor, people)}</strong>{" "}
              {activitySentence(entry.action, entry.details)}
            </span>
            <span className="flex items-center gap-3 text-xs text-ink-faint">
              <Hash value={entry.target} name="id" />
              <Ago at={entry.at} />
            </span>
          </li>
        ))}
      </ol>
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
