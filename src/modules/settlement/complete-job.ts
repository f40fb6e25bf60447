import { deliverModel } from "@trainyard/graph";
import { JobSpec } from "@trainyard/protocol";
import { assert, requireSystem, type Context } from "@/kernel";
import {
  addEvent,
  decodeState,
  jobEvaluation,
  lockJob,
  selectLiveSegments,
  updateJob,
  type JobRecord,
  type SegmentRecord,
} from "@/modules/jobs";
import { closeOrder } from "@/modules/market";
import { endRequest } from "@/modules/spending";
import { buildReceipt } from "./build-receipt";
import { postedFor, returnHold } from "./job-money";

/** A delivered file: its content address, size and the name it is downloaded under. */
export interface Deliverable {
  readonly hash: string;
  readonly bytes: number;
  readonly fileName: string;
}
export interface Deliverables {
  readonly checkpoint: Deliverable;
  readonly model: Deliverable;
  readonly receipt: Deliverable;
}

/**
 * Delivers a job whose every segment is verified: checkpoint, trained model and receipt; returns what is left of the hold
 * to the buyer and closes the order. Files are made before the transaction; making them again gives the same blobs.
 */
export async function completeJob(ctx: Context, jobId: string): Promise<void> {
  requireSystem(ctx.actor);
  const job = await lockJob(ctx.database.reader, jobId);
  if (job === null || job.state !== "running") return;
  const segments = await selectLiveSegments(ctx.database.reader, jobId);
  const endedAt = ctx.clock.now();
  const deliverables = await makeDeliverables(ctx, job, segments, endedAt);
  await ctx.database.transaction(async (tx) => {
    const locked = await lockJob(tx, jobId);
    if (locked?.state !== "running") return;
    const returned = await returnHold(tx, job);
    const posted = await postedFor(tx, job);
    await endRequest(ctx, tx, { jobId, usedMicros: posted, waiting: "withdrawn" });
    await closeOrder(tx, { jobId, state: "filled", reason: "All segments are verified and paid." });
    await updateJob(tx, jobId, {
      state: "completed",
      endedAt,
      deliverables: {
        checkpoint: { ...deliverables.checkpoint },
        model: { ...deliverables.model },
        receipt: { ...deliverables.receipt },
      },
    });
    const last = jobEvaluation(job, segments.at(-1)?.evaluation ?? null);
    await addEvent(tx, jobId, {
      type: "completed",
      postedMicros: String(posted),
      returnedMicros: String(returned),
      accuracy: last?.accuracy ?? null,
    });
  });
}

async function makeDeliverables(
  ctx: Context,
  job: JobRecord,
  segments: SegmentRecord[],
  issuedAt: Date,
): Promise<Deliverables> {
  const spec = JobSpec.parse(job.spec);
  const finalState = segments.at(-1)?.stateBlob;
  assert(finalState, "a job's last verified segment has a state");
  const state = await ctx.blobs.get(finalState);
  const trained = deliverModel(await ctx.blobs.get(spec.forwardModel), decodeState(state));
  const trainedModel = await ctx.blobs.put(trained);
  const receipt = new TextEncoder().encode(
    `${JSON.stringify(await buildReceipt(ctx.database.reader, { job, spec, segments, trainedModel, issuedAt }), null, 2)}\n`,
  );
  const name = fileNameOf(job.name);
  return {
    checkpoint: { hash: finalState, bytes: state.byteLength, fileName: `${name}.safetensors` },
    model: { hash: trainedModel, bytes: trained.byteLength, fileName: `${name}.onnx` },
    receipt: { hash: await ctx.blobs.put(receipt), bytes: receipt.byteLength, fileName: `${name}.receipt.json` },
  };
}

/** A job's name as a file name: letters, digits and hyphens. */
function fileNameOf(name: string): string {
  return (
    name
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, "-")
      .replace(/^-|-$/g, "")
      .slice(0, 60) || "model"
  );
}
