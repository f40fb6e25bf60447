"use client";

import { useQuery } from "@tanstack/react-query";
import { Download } from "lucide-react";
import { useState } from "react";
import { Button } from "@/ui/button";
import { Card, PageHeader } from "@/ui/card";
import { EmptyState } from "@/ui/empty-state";
import { ErrorNote } from "@/ui/error-note";
import { Field, Select, TextInput } from "@/ui/field";
import { Hash } from "@/ui/hash";
import { Ago } from "@/ui/quantity";
import { SkeletonRows } from "@/ui/skeleton";
import { failureOf } from "../api/failure";
import { useTRPC, useTRPCClient, type Outputs } from "../api/trpc";
import { usePages } from "../api/use-pages";
import { useRoleBarrier } from "../api/viewer";
import { activitySentence, actorWords, changesOf } from "./words";

type Entry = Outputs["identity"]["activity"][number];
type Person = Outputs["identity"]["members"][number];

const PAGE_SIZE = 100;
const DAY_MS = 86_400_000;

interface Filter {
  readonly action: string;
  readonly actor: string;
  /** Days as YYYY-MM-DD in UTC; empty for none. The last day is included. */
  readonly from: string;
  readonly to: string;
}

const ALL: Filter = { action: "", actor: "", from: "", to: "" };

/** Everything anybody changed, newest first. Written in the same transaction as the change, and never altered. */
export function AuditLogPage() {
  const trpc = useTRPC();
  const [filter, setFilter] = useState(ALL);
  const barrier = useRoleBarrier("finance");
  const people = useQuery(trpc.identity.members.queryOptions()).data ?? [];
  const input = inputOf(filter);
  return (
    <>
      <PageHeader
        title="Audit log"
        lead="Who changed what, with what was there before. An entry is written together with the change, and nobody can alter or delete it."
        actions={
          barrier === null ? (
            <Button asChild>
              <a href={`/api/audit-log?${queryOf(input)}`} download>
                <Download className="size-4" aria-hidden="true" />
                Export as CSV
              </a>
            </Button>
          ) : null
        }
      />
      <FilterFields filter={filter} people={people} onChange={(part) => setFilter({ ...filter, ...part })} />
      <Entries key={queryOf(input)} input={input} people={people} filtered={filter !== ALL} />
    </>
  );
}

interface FilterFieldsProps {
  readonly filter: Filter;
  readonly people: readonly Person[];
  readonly onChange: (change: Partial<Filter>) => void;
}

function FilterFields({ filter, people, onChange }: FilterFieldsProps) {
  const trpc = useTRPC();
  const kinds = useQuery(trpc.identity.activityKinds.queryOptions()).data;
  return (
    <div className="mb-2 grid grid-cols-2 gap-x-3 lg:grid-cols-4">
      <Field label="Act">
        {(control) => (
          <Select {...control} value={filter.action} onChange={(event) => onChange({ action: event.target.value })}>
            <option value="">all</option>
            {kinds?.actions.map((action) => (
              <option key={action} value={action}>
                {action.replace(".", ": ").replaceAll("-", " ")}
              </option>
            ))}
          </Select>
        )}
      </Field>
      <Field label="Who">
        {(control) => (
          <Select {...control} value={filter.actor} onChange={(event) => onChange({ actor: event.target.value })}>
            <option value="">everybody</option>
            {kinds?.actors.map((actor) => (
              <option key={actor} value={actor}>
                {actor.startsWith("user:") ? actorWords(actor, people) : actor.replace(":", " ")}
              </option>
            ))}
          </Select>
        )}
      </Field>
      {(["from", "to"] as const).map((name) => (
        <Field key={name} label={name === "from" ? "From" : "To"}>
          {(control) => (
            <TextInput
              {...control}
              type="date"
              value={filter[name]}
              onChange={(event) => onChange({ [name]: event.target.value })}
            />
          )}
        </Field>
      ))}
    </div>
  );
}

interface EntriesProps {
  readonly input: ReturnType<typeof inputOf>;
  readonly people: readonly Person[];
  readonly filtered: boolean;
}

/** Keyed by the filter, so that older pages of one never show under another. */
function Entries({ input, people, filtered }: EntriesProps) {
  const trpc = useTRPC();
  const client = useTRPCClient();
  const log = useQuery(trpc.identity.activity.queryOptions(input));
  const {
    rows: entries,
    older,
    reading,
    readOlder,
  } = usePages(log.data ?? [], PAGE_SIZE, (last) => client.identity.activity.query({ ...input, beforeId: last.id }));
  const failure = failureOf(log.error);
  return (
    <Card flush>
      {failure === null ? null : (
        <div className="p-4">
          <ErrorNote message={failure.message} requestId={failure.requestId} />
        </div>
      )}
      {log.isPending ? <SkeletonRows what="the audit log" /> : null}
      {log.isSuccess && entries.length === 0 ? <NoEntries filtered={filtered} /> : null}
      <ol>
        {entries.map((entry) => (
          <Line key={entry.id} entry={entry} people={people} />
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

function Line({ entry, people }: { entry: Entry; people: readonly Person[] }) {
  const changes = changesOf(entry.details);
  return (
    <li className="border-b px-4 py-2 text-sm last:border-b-0">
      <div className="flex flex-wrap items-baseline justify-between gap-x-4 gap-y-0.5">
        <span className="min-w-0 break-words">
          <strong className="font-medium">{actorWords(entry.actor, people)}</strong>{" "}
          {activitySentence(entry.action, entry.details)}
        </span>
        <span className="flex items-center gap-3 text-xs text-ink-faint">
          <Hash value={entry.target} name="id" />
          <Ago at={entry.at} />
        </span>
      </div>
      {changes.length === 0 ? null : (
        <ul className="mt-0.5 text-xs text-ink-soft">
          {changes.map((change) => (
            <li key={change}>{change}</li>
          ))}
        </ul>
      )}
    </li>
  );
}

function NoEntries({ filtered }: { filtered: boolean }) {
  return (
    <EmptyState title={filtered ? "Nothing matches" : "Nothing has been changed yet"}>
      <p>
        {filtered
          ? "Nobody did this in that time. Choose another act, another person or a longer time."
          : "Jobs, approvals, budgets, payments and changes of members will stand here, each with who did it and what was there before."}
      </p>
    </EmptyState>
  );
}

/** What the server is asked: days become moments, and the last day is included. */
function inputOf({ action, actor, from, to }: Filter) {
  const day = (text: string): Date | null => (/^\d{4}-\d\d-\d\d$/.test(text) ? new Date(`${text}T00:00:00Z`) : null);
  const [first, last] = [day(from), day(to)];
  return {
    ...(action === "" ? {} : { action }),
    ...(actor === "" ? {} : { actor }),
    ...(first === null ? {} : { from: first }),
    ...(last === null ? {} : { to: new Date(last.getTime() + DAY_MS) }),
  };
}

function queryOf(input: ReturnType<typeof inputOf>): string {
  const { from, to, ...texts } = input;
  return new URLSearchParams({
    ...texts,
    ...(from && { from: from.toISOString() }),
    ...(to && { to: to.toISOString() }),
  }).toString();
}
