import {
  elementBytes,
  elementCount,
  EXACT_CLASS,
  JobSpec,
  LeaseRequest,
  type DatasetColumn,
  type Lease,
} from "@trainyard/protocol";
import { assert, micros, newId, requireMachine, type Context, type Tx } from "@/kernel";
import { machineFacts, machineSpoke, type MachineFacts } from "@/modules/identity";
import {
  findSegment,
  holdsLease,
  insertLease,
  leaseNextSegment,
  lockJob,
  lockMachineLeases,
  reissueLease,
  type LeaseRow,
  type TrainingGrant,
} from "@/modules/jobs";
import { activeMatch } from "@/modules/market";
import { takeOpenAudit } from "@/modules/verification";
import { MachineQuarantined } from "./errors";

/** A segment may take this many times its estimate before it is killed, and never less than a minute. */
const WALL_CLOCK_FACTOR = 20;
const WALL_CLOCK_MS_MIN = 60_000;
const MEMORY_FACTOR = 3;
const MEMORY_BYTES_MIN = 1024 ** 3;

/**
 * Gives a machine one piece of work: its own unfinished lease again under a new token, else an audit it may run, else the
 * next segment of the job it is matched to. Audits come first, since payments wait for them. Null: nothing to do now,
 * which includes a machine whose last lease ran out, or is of an engine that it does not run any more, until the sweep has
 * taken that work back.
 */
export async function leaseWork(
  ctx: Context,
  input: { request: LeaseRequest; leaseMs: number },
): Promise<Lease | null> {
  const { machineId, organisationId } = requireMachine(ctx.actor);
  const { numericClass } = LeaseRequest.parse(input.request);
  return ctx.database.transaction(async (tx) => {
    const machine = (await machineFacts(tx, [machineId])).get(machineId);
    assert(machine !== undefined, "a machine actor is a stored machine");
    if (machine.quarantined)
      throw new MachineQuarantined(
        "This machine is off the market after a proven fault. See the reason on the Machines page.",
      );
    await machineSpoke(tx, machineId);
    await lockMachineLeases(tx, machineId);
    const own = await reissueLease(tx, { machineId, engines: machine.engines }, input.leaseMs);
    if (own !== null) return describeLease(tx, own, input.leaseMs);
    if (await holdsLease(tx, machineId)) return null;
    const { leaseMs } = input;
    const { name: machineName, engines, isPlatform } = machine;
    const asking = { machineId, organisationId, leaseMs };
    const numericClasses = auditableClasses(machine, numericClass);
    const lease =
      (await leaseAudit(ctx, tx, { ...asking, numericClasses, isPlatform })) ??
      (await leaseTraining(ctx, tx, { ...asking, machineName, numericClass, engines }));
    return lease && describeLease(tx, lease, leaseMs);
  });
}

/** Classes whose segments a machine can run again to the bit: its own, and that of all exact jobs where it runs those. */
function auditableClasses({ engines }: MachineFacts, numericClass: string): string[] {
  return [...(engines.includes("native") ? [numericClass] : []), ...(engines.includes("exact") ? [EXACT_CLASS] : [])];
}

async function leaseAudit(
  ctx: Context,
  tx: Tx,
  machine: {
    machineId: string;
    organisationId: string;
    numericClasses: readonly string[];
    isPlatform: boolean;
    leaseMs: number;
  },
): Promise<LeaseRow | null> {
  const audit = await takeOpenAudit(tx, machine);
  if (audit === null) return null;
  const id = newId("lease", ctx.clock.now().getTime());
  const { jobId, segmentId } = audit;
  return insertLease(tx, { id, machineId: machine.machineId, jobId, segmentId, auditId: audit.id }, machine.leaseMs);
}

async function leaseTraining(
  ctx: Context,
  tx: Tx,
  machine: Omit<TrainingGrant, "jobId" | "matchId" | "price">,
): Promise<LeaseRow | null> {
  const match = await activeMatch(tx, { machineId: machine.machineId });
  if (match === null) return null;
  const price = micros(match.pricePerSegmentMicros);
  return leaseNextSegment(tx, ctx.clock, { ...machine, jobId: match.jobId, matchId: match.id, price });
}

/** The wire form of a lease. An audit's looks like any other: the start state is the worker's, its result is withheld. */
async function describeLease(tx: Tx, lease: LeaseRow, leaseMs: number): Promise<Lease> {
  const segment = await findSegment(tx, lease.segmentId);
  const job = await lockJob(tx, lease.jobId);
  assert(segment !== null && job !== null, "a lease names an existing segment and job");
  const spec = JobSpec.parse(job.spec);
  const { report } = job.quote as { report: { peakMemoryBytes: number } };
  return {
    leaseId: lease.id,
    token: String(lease.token),
    expiresInMs: leaseMs,
    heartbeatEveryMs: Math.floor(leaseMs / 4),
    jobId: lease.jobId,
    spec,
    index: segment.index,
    previousCommitment: segment.previousCommitment,
    startState: segment.startState,
    startStateRoot: segment.startStateRoot,
    limits: {
      wallClockMs: wallClockMs(job.flopsPerSegment),
      memoryBytes: Math.ceil(Math.max(MEMORY_BYTES_MIN, report.peakMemoryBytes * MEMORY_FACTOR) + datasetBytes(spec)),
    },
  };
}

/** Bytes of the dataset's columns: a worker holds them whole while it trains. */
function datasetBytes(spec: JobSpec): number {
  const columnBytes = (column: DatasetColumn): number => elementCount(column.shape) * elementBytes(column.dtype);
  return [spec.train, spec.heldOut].reduce((sum, split) => {
    const columns = split.kind === "examples" ? [...split.features, split.labels] : [split.tokens];
    return sum + split.count * columns.reduce((row, column) => row + columnBytes(column), 0);
  }, 0);
}

/** Wall-clock limit of a segment by its work, at the pace of a slow core (2 GFLOP/s). */
function wallClockMs(flops: number): number {
  const slowCoreFlopsPerMs = 2e6;
  return Math.ceil(Math.max(WALL_CLOCK_MS_MIN, (flops / slowCoreFlopsPerMs) * (WALL_CLOCK_FACTOR / 4)));
}
