import { jobBlobs, JobSpec } from "@trainyard/protocol";
import { requireMachine, type Context } from "@/kernel";
import { findReadableLease, findSegment, LeaseFenced, lockJob } from "@/modules/jobs";

/** Room for the safetensors header beside the tensors of a state. */
const HEADER_BYTES_MAX = 4 * 1024 * 1024;

/**
 * The blobs a lease opens: what its segment reads, and how large a state it may upload. The end state of the segment is
 * not among them, so an auditor never sees the worker's result.
 */
export async function leaseBlobs(
  ctx: Context,
  leaseId: string,
): Promise<{ readable: ReadonlySet<string>; uploadBytesMax: number }> {
  const { machineId } = requireMachine(ctx.actor);
  const tx = ctx.database.reader;
  const lease = await findReadableLease(tx, leaseId, machineId);
  const [segment, job] =
    lease === null ? [null, null] : [await findSegment(tx, lease.segmentId), await lockJob(tx, lease.jobId)];
  if (segment === null || job === null) throw new LeaseFenced("This lease is over. Ask for a new one.");
  const spec = JobSpec.parse(job.spec);
  const stateBytes = (await ctx.blobs.size(spec.initialState)) ?? 0;
  return { readable: new Set([...jobBlobs(spec), segment.startState]), uploadBytesMax: stateBytes + HEADER_BYTES_MAX };
}
