"use client";

import { keepPreviousData, skipToken, useMutation, useQuery } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useMemo, useState } from "react";
import { parseUsd } from "@/kernel/values/money";
import { plainUsd } from "@/ui/format";
import { Card, PageHeader } from "@/ui/card";
import { Skeleton } from "@/ui/skeleton";
import { failureOf } from "../api/failure";
import { useTRPC } from "../api/trpc";
import { EMPTY_ALLOCATION, readAllocation, type AllocationDraft } from "./allocation";
import { AllocationFields } from "./allocation-fields";
import { EMPTY_DRAFT, readDraft, type Draft } from "./draft";
import { EngineField } from "./engine-field";
import { MoreChoices } from "./more-choices";
import { OwnModel } from "./own-model";
import { QuotePanel, type Rail } from "./quote-panel";
import { SourcePicker } from "./source-picker";
import { TrainingFields } from "./training-fields";
import { useDebounced } from "./use-debounced";
import { WeightsFields } from "./weights-fields";

const TYPING_PAUSE_MS = 350;
/** The market moves while the form is open; compiling the graph again is what this costs. */
const REQUOTE_EVERY_MS = 15_000;

/** From "what" to "posted" on one page, with the price in sight all the way. */
export function PostJobPage() {
  const trpc = useTRPC();
  const router = useRouter();
  const [draft, setDraft] = useState<Draft>(EMPTY_DRAFT);
  const [allocation, setAllocation] = useState<AllocationDraft>(EMPTY_ALLOCATION);
  const [name, setName] = useState<string | null>(null);
  const [limit, setLimit] = useState<string | null>(null);
  // One key for one intention: pressing twice posts once, and a changed job is another intention.
  const [idempotencyKey, setIdempotencyKey] = useState<string>(() => crypto.randomUUID());
  const changed = (): void => {
    post.reset();
    setIdempotencyKey(crypto.randomUUID());
  };
  const templates = useQuery(trpc.jobs.templates.queryOptions(undefined, { staleTime: Infinity }));
  const ownDefaults = useQuery(trpc.jobs.ownModelDefaults.queryOptions(undefined, { staleTime: Infinity }));
  const { input, errors, missing } = useMemo(() => readDraft(draft), [draft]);
  const asked = useDebounced(input, TYPING_PAUSE_MS);
  const quote = useQuery(
    trpc.settlement.quote.queryOptions(asked ?? skipToken, {
      placeholderData: keepPreviousData,
      refetchInterval: REQUOTE_EVERY_MS,
      staleTime: REQUOTE_EVERY_MS,
    }),
  );
  const chain = useQuery(trpc.escrow.chain.queryOptions(undefined, { staleTime: Infinity }));
  const [rail, setRail] = useState<Rail>("balance");
  const post = useMutation(
    trpc.settlement.post.mutationOptions({ onSuccess: ({ jobId }) => router.push(`/jobs/${jobId}`) }),
  );
  const template = templates.data?.find((candidate) => candidate.id === draft.source);
  const defaults = template?.defaults ?? ownDefaults.data;
  const change = (part: Partial<Draft>): void => {
    setDraft((before) => ({ ...before, ...part }));
    changed();
  };
  const choose = (source: Draft["source"]): void => {
    change({ source, numbers: {}, lists: {}, weights: EMPTY_DRAFT.weights });
    setLimit(null);
  };
  const suggested = quote.data?.suggestedLimitMicros ?? null;
  const shownName = name ?? template?.title ?? draft.model?.fileName.replace(/\.onnx$/i, "") ?? "My model";
  const shownLimit = limit ?? (suggested === null ? "" : plainUsd(suggested));
  const spending = useQuery(trpc.spending.overview.queryOptions());
  const projects = spending.data?.projects.filter((candidate) => !candidate.closed) ?? [];
  const project = projects.find((candidate) => candidate.id === allocation.projectId) ?? null;
  const purpose = useMemo(() => readAllocation(allocation, project), [allocation, project]);
  const amountMicros = parseUsd(shownLimit);
  const asking = useMemo(
    () => (purpose.input === null || !amountMicros ? null : { ...purpose.input, amountMicros: String(amountMicros) }),
    [purpose, amountMicros],
  );
  const askedFor = useDebounced(asking, TYPING_PAUSE_MS);
  const preview = useQuery(
    trpc.spending.preview.queryOptions(askedFor ?? skipToken, { placeholderData: keepPreviousData }),
  );
  const quoteFailure = input === null ? null : failureOf(quote.error);
  /** What the quote was refused for, when a field shows it beside the panel. */
  const failureAmong = (...codes: string[]): string | null =>
    quoteFailure !== null && codes.includes(quoteFailure.code) ? quoteFailure.message : null;
  const submit = (): void => {
    if (input === null || amountMicros === null || purpose.input === null) return;
    post.mutate({ ...input, ...purpose.input, name: shownName, limitMicros: amountMicros, idempotencyKey, rail });
  };

  return (
    <>
      <PageHeader
        title="New job"
        lead="Choose what to train. The price is worked out from the graph before you post, and only verified segments are paid."
      />
      <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,1fr)_21rem]">
        <div className="min-w-0 space-y-4">
          <Card title="What to train">
            {templates.data === undefined ? (
              <Skeleton height={176} />
            ) : (
              <SourcePicker templates={templates.data} source={draft.source} onChoose={choose} />
            )}
            {draft.source === "own" ? (
              <OwnModel draft={draft} datasetError={failureAmong("jobs/dataset-mismatch")} onChange={change} />
            ) : null}
          </Card>
          <Card title="How to train">
            {defaults === undefined ? (
              <Skeleton height={260} />
            ) : (
              <>
                <div className="grid gap-x-4 gap-y-3 sm:grid-cols-2 lg:grid-cols-3">
                  <TrainingFields
                    draft={draft}
                    defaults={defaults}
                    errors={errors}
                    batchError={failureAmong("jobs/dataset-too-small")}
                    onChange={change}
                  />
                  <WeightsFields
                    draft={draft}
                    errors={errors}
                    patternError={failureAmong("graph/weight-pattern", "graph/lora-target")}
                    onChange={change}
                  />
                </div>
                <EngineField draft={draft} defaults={defaults} onChange={change} />
                <MoreChoices draft={draft} defaults={defaults} errors={errors} onChange={change} />
              </>
            )}
          </Card>
          <Card title="What for">
            <AllocationFields
              draft={allocation}
              projects={projects}
              project={project}
              tagsError={purpose.tagsError}
              onChange={(part) => {
                setAllocation((before) => ({ ...before, ...part }));
                changed();
              }}
            />
          </Card>
        </div>
        <div className="lg:sticky lg:top-7">
          <QuotePanel
            rail={rail}
            usdcIsOpen={Boolean(chain.data)}
            onRail={(chosen) => {
              setRail(chosen);
              changed();
            }}
            quote={input === null ? undefined : quote.data}
            stale={
              quote.isPlaceholderData ||
              asked !== input ||
              (asking !== null && preview.isPlaceholderData) ||
              askedFor !== asking
            }
            missing={missing}
            quoteFailure={quoteFailure}
            preview={preview.data ?? null}
            purposeReady={purpose.input !== null}
            name={shownName}
            limitText={shownLimit}
            postFailure={failureOf(post.error)}
            posting={post.isPending || post.isSuccess}
            onName={(text) => {
              setName(text);
              changed();
            }}
            onLimit={(text) => {
              setLimit(text);
              changed();
            }}
            onPost={submit}
          />
        </div>
      </div>
    </>
  );
}
