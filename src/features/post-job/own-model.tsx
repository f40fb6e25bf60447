"use client";

import { skipToken, useQuery } from "@tanstack/react-query";
import { ErrorNote } from "@/ui/error-note";
import { Field, Select } from "@/ui/field";
import { Skeleton } from "@/ui/skeleton";
import { LOSS_TITLES } from "@/ui/training-words";
import { failureOf } from "../api/failure";
import { useTRPC } from "../api/trpc";
import { DatasetPicker } from "./dataset-picker";
import type { Draft } from "./draft";
import { DropZone } from "./drop-zone";
import { ExportHelp } from "./export-help";
import { ModelFacts } from "./model-facts";

interface OwnModelProps {
  readonly draft: Draft;
  readonly datasetError: string | null;
  readonly onChange: (change: Partial<Draft>) => void;
}

/** What a loss needs of the model and of the labels. */
const LOSS_HINTS: Record<Draft["loss"], string> = {
  crossEntropy: "Output: logits. Labels: whole-number classes.",
  nextToken: "Output: logits of every token. Labels: the tokens themselves; a text brings its own.",
  binaryCrossEntropy: "Output: logits. Labels: 0 or 1 of the same shape.",
  meanSquaredError: "Output and labels: numbers of the same shape.",
  meanAbsoluteError: "Output and labels: numbers of the same shape.",
  huber: "Squared error near, absolute error far off.",
  distillation: "Labels: the teacher’s logits, float32 of the output’s shape.",
};

/** A model of one's own: upload, what is in it, what it trains on, and how its error is measured. */
export function OwnModel({ draft, datasetError, onChange }: OwnModelProps) {
  const trpc = useTRPC();
  const { model } = draft;
  const inspection = useQuery(
    trpc.jobs.inspectModel.queryOptions(model === null ? skipToken : { modelBlob: model.hash }, {
      staleTime: Infinity,
    }),
  );
  const failure = failureOf(inspection.error);
  return (
    <div className="mt-4 space-y-4">
      <DropZone
        label="Drop your model, or choose a file"
        hint=".onnx, one file with its weights inside, up to 256 MiB"
        accept={[".onnx"]}
        upload={model}
        onUploaded={(upload) => onChange({ model: upload })}
      />
      {inspection.isFetching ? <Skeleton height={72} /> : null}
      {failure === null ? null : (
        <ErrorNote message={failure.message} requestId={failure.code === "internal" ? failure.requestId : null} />
      )}
      {inspection.data === undefined ? null : <ModelFacts report={inspection.data} />}
      <ExportHelp open={model === null || failure !== null} />
      <DatasetPicker draft={draft} error={datasetError} onChange={onChange} />
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label="Loss" hint={LOSS_HINTS[draft.loss]}>
          {(control) => (
            <Select
              {...control}
              value={draft.loss}
              onChange={(event) => onChange({ loss: event.target.value as Draft["loss"] })}
            >
              {Object.entries(LOSS_TITLES).map(([value, title]) => (
                <option key={value} value={value}>
                  {title}
                </option>
              ))}
            </Select>
          )}
        </Field>
        <Field label="Whole-number inputs" hint="Only for models that take floats and data that are bytes.">
          {(control) => (
            <Select
              {...control}
              value={draft.scaleBytes ? "scale" : "keep"}
              onChange={(event) => onChange({ scaleBytes: event.target.value === "scale" })}
            >
              <option value="scale">Divide by 255 (image bytes)</option>
              <option value="keep">Leave as they are</option>
            </Select>
          )}
        </Field>
      </div>
    </div>
  );
}
