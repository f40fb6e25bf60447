"use client";

import { skipToken, useQuery } from "@tanstack/react-query";
import { ErrorNote } from "@/ui/error-note";
import { Field, Select } from "@/ui/field";
import { Skeleton } from "@/ui/skeleton";
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
        <ErrorNote
          message={failure.message}
          requestId={failure.code === "internal" ? failure.requestId : null}
          action={fixOf(failure.values)}
        />
      )}
      {inspection.data === undefined ? null : <ModelFacts report={inspection.data} />}
      <ExportHelp open={model === null || failure !== null} />
      <DatasetPicker draft={draft} error={datasetError} onChange={onChange} />
      <div className="grid gap-4 sm:grid-cols-2">
        <Field
          label="Loss"
          hint={
            draft.loss === "crossEntropy"
              ? "Output: logits. Labels: whole-number classes."
              : "Output and labels: numbers of the same shape."
          }
        >
          {(control) => (
            <Select
              {...control}
              value={draft.loss}
              onChange={(event) => onChange({ loss: event.target.value as Draft["loss"] })}
            >
              <option value="crossEntropy">Cross-entropy (classes)</option>
              <option value="meanSquaredError">Mean squared error (numbers)</option>
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

function fixOf(values: Readonly<Record<string, string | number>>) {
  const { fix } = values;
  return typeof fix === "string" && fix !== "" ? <p className="text-sm text-ink-soft">{fix}</p> : null;
}
