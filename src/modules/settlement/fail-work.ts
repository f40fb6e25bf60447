import { FailRequest } from "@trainyard/protocol";
import { assert, requireMachine, type Context, type Tx } from "@/kernel";
import { machineFacts } from "@/modules/identity";
import {
  countFailures,
  endLease,
  fenceLease,
  findReadableLease,
  findSegment,
  LeaseFenced,
  lockJob,
  type JobRecord,
  type LeaseRow,
  type SegmentRecord,
} from "@/modules/jobs";
import { reopenAudit } from "@/modules/verification";
import { abandonAttempt, ATTEMPTS_MAX, endJob, putBackOnMarket } from "./void-chain";

/** How many failed attempts of one machine at a job it takes to look for another machine. */
const FAILURES_PER_MACHINE_MAX = 2;

/** A worker gives its lease back with a reason. An audit waits for another auditor; a segment is tried again. */
export async function failWork(ctx: Context, input: { leaseId: string; fail: FailRequest }): Promise<void> {
  const { machineId } = requireMachine(ctx.actor);
  const { token, code, message } = FailRequest.parse(input.fail);
  await ctx.database.transaction(async (tx) => {
    const open = await findReadableLease(tx, input.leaseId, machineId);
    const job = open && (await lockJob(tx, open.jobId));
    const lease = await fenceLease(tx, { leaseId: input.leaseId, machineId, token: BigInt(token) });
    const segment = lease && (await findSegment(tx, lease.segmentId));
    if (!lease || !job || !segment)
      throw new LeaseFenced(
        "This lease is over or was handed to another holder. Drop the work and ask for a new lease.",
      );
    if (lease.auditId !== null) {
      await endLease(tx, lease.id, "released", code);
      await reopenAudit(tx, lease.auditId);
      return;
    }
    await failTraining(ctx, tx, { job, lease, segment, code, message });
  });
}

async function failTraining(
  ctx: Context,
  tx: Tx,
  f: { job: JobRecord; lease: LeaseRow; segment: SegmentRecord; code: FailRequest["code"]; message: string },
): Promise<void> {
  const { job, lease, segment, code, message } = f;
  const { machineId } = lease;
  const { index } = segment;
  await abandonAttempt(tx, lease, index, "released", `${code}: ${message}`);
  const diverged = await countFailures(tx, { jobId: job.id, index, reason: "not-finite" });
  const attempts = await countFailures(tx, { jobId: job.id, index });
  if (diverged >= 2)
    return endJob(ctx, tx, job, {
      state: "failed",
      reason: `Training diverged in segment ${index}: the loss became NaN or infinite on two machines. Lower the learning rate. ${message}`,
    });
  if (attempts >= ATTEMPTS_MAX)
    return endJob(ctx, tx, job, {
      state: "failed",
      reason: `Segment ${index} failed ${attempts} times, last with ${code}: ${message}`,
    });
  const failures = await countFailures(tx, { jobId: job.id, machineId });
  const leaves = code === "shutting-down";
  if (!leaves && code !== "not-finite" && failures < FAILURES_PER_MACHINE_MAX) return;
  const machine = (await machineFacts(tx, [machineId])).get(machineId);
  assert(machine !== undefined, "a lease names an existing machine");
  await putBackOnMarket(tx, job, {
    reason: leaves ? "The machine was stopped by its owner." : `The machine gave the job back: ${code}.`,
    machineName: machine.name,
    remainingSegments: job.segmentCount - index,
    ...(leaves ? {} : { excludeMachineId: machineId }),
  });
}
