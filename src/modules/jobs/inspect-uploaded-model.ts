import { inspectModel } from "@trainyard/graph";
import { requireMember, type Context } from "@/kernel";
import { refusingGraphs } from "./errors";
import { InspectUploadedModelInput } from "./inputs";
import { readUpload } from "./read-upload";

/** Largest forward model that is read, in bytes. */
export const MODEL_BYTES_MAX = 256 * 1024 * 1024;

/** What an uploaded ONNX model holds: operators, parameters, inputs, and what cannot be trained, with the way out. */
export async function inspectUploadedModel(
  ctx: Context,
  input: InspectUploadedModelInput,
): Promise<ReturnType<typeof inspectModel>> {
  requireMember(ctx.actor);
  const { modelBlob } = InspectUploadedModelInput.parse(input);
  const bytes = await readUpload(ctx, modelBlob, MODEL_BYTES_MAX);
  return refusingGraphs(() => inspectModel(bytes));
}
