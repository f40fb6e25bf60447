import { randomInt } from "node:crypto";
import { CommitRequest, isDrawn, JobSpec } from "@trainyard/protocol";
import { assert, enqueue, requireMachine, type Context, type Tx } from "@/kernel";
import { machineFacts, verifySignature, type MachineFacts } from "@/modules/identity";
import {
  addEvent,
  checkState,
  endLease,
  fenceLease,
  findReadableLease,
  findSegment,
  jobEvaluation,
  LeaseFenced,
  lockJob,
  updateSegment,
  type JobRecord,
  type LeaseRow,
  type SegmentRecord,
} from "@/modules/jobs";
import { readRecords } from "@/modules/reputation";
import {
  checkClaim,
  countAudits,
  findAudit,
  finishAudit,
  openAudit,
  segmentDrawProbability,
  type CheckedClaim,
} from "@/modules/verification";

/** One undrawn segment in this many is re-run by the platform itself, so that even the draw is watched. */
const PLATFORM_REAUDIT_ONE_IN = 100;

/**
 * Accepts a finished segment, or an auditor's run of one. The state is checked first, outside any transaction; then, under
 * the fence and the job's lock, the claim is recomputed, stored and drawn. A refused commitment leaves nothing behind.
 */
export async function commitWork(ctx: Context, input: { leaseId: string; commit: CommitRequest }): Promise<void> {
  const { machineId } = requireMachine(ctx.actor);
  const commit = CommitRequest.parse(input.commit);
  const fence = { leaseId: input.leaseId, machineId, token: BigInt(commit.token) };
  await checkUploadedState(ctx, input.leaseId, machineId, commit);
  await ctx.database.transaction(async (tx) => {
    const open = await findReadableLease(tx, input.leaseId, machineId);
    const job = open && (await lockJob(tx, open.jobId));
    const lease = await fenceLease(tx, fence);
    const segment = lease && (await findSegment(tx, lease.segmentId));
    if (!lease || !job || !segment || segment.state === "void") throw fenced();
    const machine = (await machineFacts(tx, [machineId])).get(machineId);
    assert(machine !== undefined, "a machine actor is a stored machine");
    const spec = JobSpec.parse(job.spec);
    const work = {
      job: job.id,
      spec,
      index: segment.index,
      previous: segment.previousCommitment,
      publicKey: machine.publicKey,
    };
    const checked = checkClaim(work, commit, verifySignature);
    await endLease(tx, lease.id, "committed", null);
    if (lease.auditId === null) await commitSegment(ctx, tx, { job, segment, commit, checked, machine });
    else await commitAudit(ctx, tx, { lease, segment, commit, machine });
    await enqueue(tx, "settle-job", { jobId: job.id }, `settle:${job.id}`);
  });
}

function fenced(): LeaseFenced {
  return new LeaseFenced("This lease is over or was handed to another holder. Drop the work and ask for a new lease.");
}

async function checkUploadedState(
  ctx: Context,
  leaseId: string,
  machineId: string,
  commit: CommitRequest,
): Promise<void> {
  const lease = await findReadableLease(ctx.database.reader, leaseId, machineId);
  const job = lease && (await lockJob(ctx.database.reader, lease.jobId));
  if (!job) throw fenced();
  const { initialState } = JobSpec.parse(job.spec);
  await checkState(ctx, { stateBlob: commit.stateBlob, stateRoot: commit.stateRoot, initialState });
}

async function commitSegment(
  ctx: Context,
  tx: Tx,
  c: {
    job: JobRecord;
    segment: SegmentRecord;
    commit: CommitRequest;
    checked: CheckedClaim;
    machine: MachineFacts;
  },
): Promise<void> {
  const { job, segment, commit, checked, machine } = c;
  const { commitment } = commit;
  const [standing] = await readRecords(tx, [machine.id]);
  const auditsSoFar = await countAudits(tx, job.id);
  const { index } = segment;
  const validSegments = standing?.validSegments ?? 0;
  const probability = segmentDrawProbability({ validSegments, index, segmentCount: job.segmentCount, auditsSoFar });
  const drawn = isDrawn({ drawKey: job.drawKey, job: job.id, index, commitment, probability });
  await updateSegment(tx, segment.id, {
    state: "committed",
    stateBlob: commit.stateBlob,
    stateRoot: commit.stateRoot,
    losses: checked.losses,
    evaluation: checked.evaluation,
    numericClass: commit.numericClass,
    commitment,
    signature: commit.signature,
    drawProbability: probability,
    drawn,
    trainMs: commit.trainMs,
    evaluateMs: commit.evaluateMs,
    hashMs: commit.hashMs,
    peakMemoryBytes: commit.peakMemoryBytes,
    committedAt: ctx.clock.now(),
  });
  const evaluation = jobEvaluation(job, checked.evaluation);
  const loss = evaluation?.loss ?? 0;
  await addEvent(tx, job.id, {
    type: "committed",
    index,
    commitment,
    loss,
    accuracy: evaluation?.accuracy ?? null,
    machine: machine.name,
  });
  if (drawn) await addEvent(tx, job.id, { type: "drawn", index, probability });
  if (drawn) await openAudit(tx, ctx.clock, { jobId: job.id, segmentId: segment.id, cause: "draw", ordinal: 0 });
  else if (randomInt(PLATFORM_REAUDIT_ONE_IN) === 0)
    await openAudit(tx, ctx.clock, { jobId: job.id, segmentId: segment.id, cause: "platform", ordinal: 0 });
}

async function commitAudit(
  ctx: Context,
  tx: Tx,
  a: { lease: LeaseRow; segment: SegmentRecord; commit: CommitRequest; machine: MachineFacts },
): Promise<void> {
  const { lease, segment, commit, machine } = a;
  const audit = lease.auditId === null ? null : await findAudit(tx, lease.auditId);
  if (audit?.state !== "leased") throw fenced();
  const agrees = commit.commitment === segment.commitment;
  await finishAudit(tx, audit.id, {
    state: agrees ? "agreed" : "disagreed",
    commitment: commit.commitment,
    signature: commit.signature,
    stateRoot: commit.stateRoot,
    finishedAt: ctx.clock.now(),
  });
  await addEvent(tx, lease.jobId, {
    type: "audited",
    index: segment.index,
    agrees,
    organisation: machine.organisationName,
    cause: audit.cause,
  });
}
