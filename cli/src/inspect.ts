import { readFile } from "node:fs/promises";
import {
  estimateTraining,
  GraphRefusal,
  inspectModel,
  type EstimateChoices,
  type InspectedModel,
  type TrainingEstimate,
} from "@trainyard/graph";
import { UsageError } from "./usage-error";

/** What a file holds and takes. `estimate` is missing where something stands in the way, which `refusal` then says. */
export interface Inspection {
  readonly report: InspectedModel;
  readonly estimate: TrainingEstimate | null;
  readonly refusal: { readonly code: string; readonly reason: string; readonly fix: string } | null;
}

/** Reads a model file. Throws UsageError when it cannot be read, GraphRefusal when it is no model at all. */
export async function inspect(file: string, choices: EstimateChoices): Promise<Inspection> {
  const bytes = await readBytes(file);
  const report = inspectModel(bytes);
  if (report.unsupported.length > 0) return { report, estimate: null, refusal: null };
  try {
    return { report, estimate: estimateTraining(bytes, choices), refusal: null };
  } catch (error) {
    if (!(error instanceof GraphRefusal)) throw error;
    return { report, estimate: null, refusal: { code: error.code, reason: error.reason, fix: error.fix } };
  }
}

async function readBytes(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    const why = { ENOENT: "there is no such file", EISDIR: "it is a folder", EACCES: "it may not be read" }[code];
    throw new UsageError(`${file} cannot be read: ${why ?? "the file system refused"}.`);
  }
}
