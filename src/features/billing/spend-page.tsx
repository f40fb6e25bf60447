"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { X } from "lucide-react";
import { useState } from "react";
import { Card, Fact, PageHeader } from "@/ui/card";
import { classNames } from "@/ui/class-names";
import { ColumnChart } from "@/ui/column-chart";
import { EmptyState } from "@/ui/empty-state";
import { ErrorNote } from "@/ui/error-note";
import type { Asset } from "@/kernel/values/money";
import { Money } from "@/ui/money";
import { SkeletonRows } from "@/ui/skeleton";
import { failureOf } from "../api/failure";
import { useTRPC, type Inputs } from "../api/trpc";
import { isWhole, PeriodFields } from "./period-fields";
import { SpendGroups } from "./spend-groups";
import { SpendSegments } from "./spend-segments";
import { daysOf, GROUP_WORDS, monthBack, SPEND_GROUPS, type DaySpan, type SpendGroup } from "./words";

/** One step of the way down: what was chosen, and what it is called. */
export interface Step {
  readonly group: SpendGroup;
  readonly key: string | null;
  readonly label: string;
}

type Filter = NonNullable<Inputs["billing"]["spend"]["filter"]>;

const FILTER_KEYS = {
  day: "day",
  job: "jobId",
  project: "project",
  costCentre: "costCentre",
  provider: "providerId",
} as const;

export function SpendPage() {
  const [now] = useState(() => new Date());
  const [choice, setChoice] = useState<{ span: DaySpan; asset: Asset }>({ span: monthBack(now, 0), asset: "USD" });
  const [groupBy, setGroupBy] = useState<SpendGroup>("job");
  const [steps, setSteps] = useState<readonly Step[]>([]);
  const filter = filterOf(steps);
  const goDown = (group: SpendGroup, key: string | null, label: string): void => {
    const next = [...steps.filter((step) => step.group !== group), { group, key, label }];
    setSteps(next);
    setGroupBy(SPEND_GROUPS.find((other) => other !== "day" && next.every((step) => step.group !== other)) ?? "day");
  };
  const query = { ...choice.span, asset: choice.asset, filter };
  return (
    <>
      <PageHeader
        title="Spend"
        lead="What was paid for verified segments, as the ledger has it. Press a row or a day to go down to the segments and their proof."
      />
      <div className="space-y-4">
        <Card>
          <PeriodFields now={now} {...choice} onChange={setChoice} />
        </Card>
        {isWhole(choice.span) ? (
          <>
            <Overview query={query} onDay={(day) => goDown("day", day, day)} />
            <Card
              flush
              title={<GroupChoice groupBy={groupBy} steps={steps} onChoose={setGroupBy} />}
              aside={<Way steps={steps} onRemove={(group) => setSteps(steps.filter((step) => step.group !== group))} />}
            >
              <SpendGroups
                key={JSON.stringify([query, groupBy])}
                query={query}
                groupBy={groupBy}
                onDown={(key, label) => goDown(groupBy, key, label)}
              />
            </Card>
            {steps.length === 0 ? null : <SpendSegments key={JSON.stringify(query)} query={query} />}
          </>
        ) : null}
      </div>
    </>
  );
}

function filterOf(steps: readonly Step[]): Filter {
  return Object.fromEntries(
    steps
      .filter(({ group, key }) => key !== null || group === "project" || group === "costCentre")
      .map(({ group, key }) => [FILTER_KEYS[group], key]),
  );
}

export type SpendQuery = DaySpan & { readonly asset: Asset; readonly filter: Filter };

/** The sum, and the days as a picture. */
function Overview({ query, onDay }: { query: SpendQuery; onDay: (day: string) => void }) {
  const trpc = useTRPC();
  const days = useQuery(
    trpc.billing.spend.queryOptions({ ...query, groupBy: "day" }, { placeholderData: keepPreviousData }),
  );
  const failure = failureOf(days.error);
  if (failure !== null) return <ErrorNote message={failure.message} requestId={failure.requestId} />;
  if (days.data === undefined) return <SkeletonRows rows={3} what="spend" />;
  const { groups, totalMicros, segments } = days.data;
  if (segments === 0)
    return (
      <Card>
        <EmptyState title="Nothing was spent in these days">
          <p>
            A segment is spent when it is verified, and not before. Run a job, or choose other days or the other asset:
            dollars and USDC are looked at one at a time.
          </p>
        </EmptyState>
      </Card>
    );
  const byDay = new Map(groups.map((group) => [group.key, group.amountMicros]));
  return (
    <Card>
      <div className="grid gap-5 lg:grid-cols-[12rem_minmax(0,1fr)]">
        <dl className="grid grid-cols-2 gap-4 lg:grid-cols-1 lg:content-start">
          <Fact label="Spent" note="for verified segments" large>
            <Money amountMicros={totalMicros} asset={query.asset} exact />
          </Fact>
          <Fact label="Segments" note="each with its proof" large>
            {segments}
          </Fact>
        </dl>
        <ColumnChart
          caption="Spend by day"
          asset={query.asset}
          columns={daysOf(query).map((key) => ({ key, amountMicros: byDay.get(key) ?? 0n }))}
          onSelect={onDay}
        />
      </div>
    </Card>
  );
}

function GroupChoice({
  groupBy,
  steps,
  onChoose,
}: {
  groupBy: SpendGroup;
  steps: readonly Step[];
  onChoose: (group: SpendGroup) => void;
}) {
  return (
    <span className="flex flex-wrap gap-1 font-normal" role="group" aria-label="Spend by">
      {SPEND_GROUPS.filter((group) => steps.every((step) => step.group !== group)).map((group) => (
        <button
          key={group}
          type="button"
          aria-pressed={group === groupBy}
          onClick={() => onChoose(group)}
          className={classNames(
            "rounded-sm px-2 py-1 text-xs",
            group === groupBy ? "bg-ink text-paper" : "text-ink-soft hover:bg-sunken hover:text-ink",
          )}
        >
          {GROUP_WORDS[group]}
        </button>
      ))}
    </span>
  );
}

/** What was chosen on the way down; each step can be taken back. */
function Way({ steps, onRemove }: { steps: readonly Step[]; onRemove: (group: SpendGroup) => void }) {
  return (
    <span className="flex min-w-0 flex-wrap justify-end gap-1">
      {steps.map(({ group, label }) => (
        <button
          key={group}
          type="button"
          onClick={() => onRemove(group)}
          aria-label={`Remove ${GROUP_WORDS[group]} ${label}`}
          className="inline-flex max-w-48 items-center gap-1 rounded-sm border px-1.5 py-0.5 text-2xs hover:bg-sunken"
        >
          <span className="truncate">
            {GROUP_WORDS[group]}: {label}
          </span>
          <X className="size-3 shrink-0" aria-hidden="true" />
        </button>
      ))}
    </span>
  );
}
