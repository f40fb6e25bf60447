import {
  estimateTraining,
  GraphRefusal,
  inspectModel,
  type InspectedModel,
  type TrainingEstimate,
} from "@trainyard/graph";
import { requireMember, type Context } from "@/kernel";
import { refusingGraphs } from "./errors";
import { InspectUploadedModelInput } from "./inputs";
import { readUpload } from "./read-upload";

/** Largest forward model that is read, in bytes. */
export const MODEL_BYTES_MAX = 256 * 1024 * 1024;

/**
 * What an uploaded ONNX model holds: operators, parameters, inputs, and what cannot be trained, with the way out. The
 * estimate is that of usual choices, before there is data; null when something stands in the way.
 */
export async function inspectUploadedModel(
  ctx: Context,
  input: InspectUploadedModelInput,
): Promise<InspectedModel & { estimate: TrainingEstimate | null }> {
  requireMember(ctx.actor);
  const { modelBlob } = InspectUploadedModelInput.parse(input);
  const bytes = await readUpload(ctx, modelBlob, MODEL_BYTES_MAX);
  return refusingGraphs(() => ({ ...inspectModel(bytes), estimate: estimate(bytes) }));
}

function estimate(bytes: Uint8Array): TrainingEstimate | null {
  try {
    return estimateTraining(bytes);
  } catch (error) {
    // The report names what stands in the way, or the choices that fit the model are for the buyer to make.
    if (error instanceof GraphRefusal) return null;
    throw error;
  }
}
