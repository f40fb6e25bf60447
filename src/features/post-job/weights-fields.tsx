"use client";

import { skipToken, useQuery } from "@tanstack/react-query";
import { Field, Select, TextArea, TextInput } from "@/ui/field";
import { useTRPC } from "../api/trpc";
import { LORA_DEFAULTS, type Draft, type DraftReading, type WeightsDraft } from "./draft";

interface WeightsFieldsProps {
  readonly draft: Draft;
  readonly errors: DraftReading["errors"];
  /** What the quote has against the names; null while they fit. */
  readonly patternError: string | null;
  readonly onChange: (change: Partial<Draft>) => void;
}

/** Names that are offered at once; a large model has hundreds. */
const OFFERED = 12;

const HINTS: Record<WeightsDraft["kind"], string> = {
  all: "Everything is trained.",
  frozen: "Frozen weights need no gradient and no optimizer memory.",
  lora: "Small matrices beside some weights, merged into them on delivery.",
};

/** Which weights learn, as cells of a grid. */
export function WeightsFields({ draft, errors, patternError, onChange }: WeightsFieldsProps) {
  const { weights } = draft;
  const set = (part: Partial<WeightsDraft>): void => onChange({ weights: { ...weights, ...part } });
  return (
    <>
      <Field label="What learns" hint={HINTS[weights.kind]}>
        {(control) => (
          <Select
            {...control}
            value={weights.kind}
            onChange={(event) => set({ kind: event.target.value as WeightsDraft["kind"] })}
          >
            <option value="all">All weights</option>
            <option value="frozen">All but frozen ones</option>
            <option value="lora">LoRA adapters</option>
          </Select>
        )}
      </Field>
      {weights.kind === "all" ? null : (
        <div className="col-span-full">
          <Field
            label={weights.kind === "lora" ? "Weights with an adapter" : "Frozen weights"}
            hint="Names, divided by commas; * stands for any text."
            error={patternError}
          >
            {(control) => (
              <TextArea
                {...control}
                rows={2}
                placeholder={weights.kind === "lora" ? "*.attn.*weight" : "features.*, *.running_*"}
                value={weights.patterns}
                onChange={(event) => set({ patterns: event.target.value })}
              />
            )}
          </Field>
          <Names draft={draft} onPick={(name) => set({ patterns: joined(weights.patterns, name) })} />
        </div>
      )}
      {weights.kind !== "lora"
        ? null
        : (["rank", "alpha"] as const).map((field) => (
            <Field
              key={field}
              label={field === "rank" ? "Rank" : "Alpha"}
              hint={
                field === "rank" ? "Width of an adapter; 4 to 64 is usual." : "Its effect is scaled by alpha / rank."
              }
              error={errors[field] ?? null}
            >
              {(control) => (
                <TextInput
                  {...control}
                  inputMode="decimal"
                  placeholder={String(LORA_DEFAULTS[field])}
                  value={weights[field]}
                  onChange={(event) => set({ [field]: event.target.value })}
                />
              )}
            </Field>
          ))}
    </>
  );
}

/** Weights of the uploaded model, to be picked instead of typed. */
function Names({ draft, onPick }: { draft: Draft; onPick: (name: string) => void }) {
  const trpc = useTRPC();
  const { model, source, weights } = draft;
  const inspection = useQuery(
    trpc.jobs.inspectModel.queryOptions(model === null || source !== "own" ? skipToken : { modelBlob: model.hash }, {
      staleTime: Infinity,
    }),
  );
  const named = new Set(weights.patterns.split(/[,\n]/).map((pattern) => pattern.trim()));
  const fitting = (inspection.data?.weights ?? []).filter(
    ({ name, adaptable }) => !named.has(name) && (weights.kind !== "lora" || adaptable),
  );
  if (fitting.length === 0) return null;
  return (
    <div className="mt-1.5 flex flex-wrap items-center gap-1.5">
      <span className="text-xs text-ink-faint">Add</span>
      {fitting.slice(0, OFFERED).map(({ name, shape }) => (
        <button
          key={name}
          type="button"
          className="min-h-6 rounded-sm border bg-raised px-1.5 font-mono text-xs text-ink-soft hover:border-line-strong hover:text-ink"
          title={`[${shape.join(", ")}]`}
          onClick={() => onPick(name)}
        >
          {name}
        </button>
      ))}
      {fitting.length > OFFERED ? (
        <span className="text-xs text-ink-faint">and {fitting.length - OFFERED} more</span>
      ) : null}
    </div>
  );
}

const joined = (patterns: string, name: string): string =>
  patterns.trim() === "" ? name : `${patterns.trim()}, ${name}`;
