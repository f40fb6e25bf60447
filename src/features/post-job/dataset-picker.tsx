"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Field, Select } from "@/ui/field";
import { byteSize, whole } from "@/ui/format";
import { failureOf } from "../api/failure";
import { useTRPC, type Outputs } from "../api/trpc";
import type { Draft, Upload } from "./draft";
import { DropZone } from "./drop-zone";

type Dataset = Outputs["jobs"]["datasets"][number];

interface DatasetPickerProps {
  readonly draft: Draft;
  readonly error: string | null;
  readonly onChange: (change: Partial<Draft>) => void;
}

/** A public dataset, one of the organisation's own, or a new file. */
export function DatasetPicker({ draft, error, onChange }: DatasetPickerProps) {
  const trpc = useTRPC();
  const client = useQueryClient();
  const [upload, setUpload] = useState<Upload | null>(null);
  const datasets = useQuery(trpc.jobs.datasets.queryOptions());
  const add = useMutation(
    trpc.jobs.addDataset.mutationOptions({
      onSuccess: async (dataset) => {
        await client.invalidateQueries({ queryKey: trpc.jobs.datasets.queryKey() });
        onChange({ datasetId: dataset.id });
      },
    }),
  );
  const chosen = datasets.data?.find((dataset) => dataset.id === draft.datasetId);
  const take = (file: Upload): void => {
    setUpload(file);
    const format = file.fileName.toLowerCase().endsWith(".txt") ? "text" : "safetensors";
    add.mutate({ name: file.fileName.slice(0, 100), blob: file.hash, format });
  };
  return (
    <div className="grid gap-4 sm:grid-cols-2">
      <div>
        <Field
          label="Dataset"
          hint={chosen === undefined ? "Public ones and your organisation’s own." : describe(chosen)}
          error={error}
        >
          {(control) => (
            <Select
              {...control}
              value={draft.datasetId ?? ""}
              onChange={(event) => onChange({ datasetId: event.target.value || null })}
            >
              <option value="">Choose…</option>
              {datasets.data?.map((dataset) => (
                <option key={dataset.id} value={dataset.id}>
                  {dataset.name}
                  {dataset.public ? " (public)" : ""}
                </option>
              ))}
            </Select>
          )}
        </Field>
        {chosen === undefined ? null : <p className="mt-1 text-xs text-ink-soft">{chosen.description}</p>}
      </div>
      <div>
        <DropZone
          label="Or drop a file of your own"
          hint=".safetensors with a tensor “labels”, or .txt in UTF-8"
          accept={[".safetensors", ".txt"]}
          upload={upload}
          onUploaded={take}
        />
        <p role="status" className="mt-1 text-xs text-ink-faint">
          {add.isPending ? "Reading the file…" : null}
        </p>
        {add.isError ? (
          <p role="alert" className="text-xs text-fault">
            {failureOf(add.error)?.message}
          </p>
        ) : null}
      </div>
    </div>
  );
}

function describe(dataset: Dataset): string {
  const unit = dataset.kind === "tokens" ? "windows" : "examples";
  const columns = [...dataset.features, ...(dataset.labels === null ? [] : [dataset.labels])];
  const shapes = columns
    .map(({ name, dtype, shape }) => `${name} ${dtype}${shape.length === 0 ? "" : ` [${shape.join(", ")}]`}`)
    .join(", ");
  return `${whole(dataset.trainCount)} ${unit}, ${whole(dataset.heldOutCount)} held out, ${byteSize(dataset.totalBytes)}: ${shapes}`;
}
