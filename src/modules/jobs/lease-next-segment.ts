import { EXACT_CLASS, genesisCommitment, JobSpec, type EngineKind } from "@trainyard/protocol";
import { newId, type Clock, type Micros, type Tx } from "@/kernel";
import { addEvent } from "./job-events";
import { lockJob, updateJob, type JobRecord } from "./store/jobs";
import { insertLease, type LeaseRow } from "./store/leases";
import { chainTip, insertSegment, nextAttempt } from "./store/segments";

/** Committed segments a machine may be ahead of verification: what a proven fault can cost the chain at most. */
export const UNVERIFIED_SEGMENTS_MAX = 16;

/** What a match grants a machine. */
export interface TrainingGrant {
  readonly jobId: string;
  readonly matchId: string;
  readonly machineId: string;
  readonly machineName: string;
  readonly organisationId: string;
  readonly numericClass: string;
  /** Engines whose jobs the machine runs. */
  readonly engines: readonly EngineKind[];
  readonly price: Micros;
  readonly leaseMs: number;
}

/** Leases the next segment of a job's chain to its matched machine; null when there is none to run now. */
export async function leaseNextSegment(tx: Tx, clock: Clock, grant: TrainingGrant): Promise<LeaseRow | null> {
  const job = await lockJob(tx, grant.jobId);
  if (job === null || (job.state !== "open" && job.state !== "running")) return null;
  const { tip, unverified } = await chainTip(tx, job.id);
  if (tip?.state === "leased" || unverified >= UNVERIFIED_SEGMENTS_MAX) return null;
  const index = tip === null ? 0 : tip.index + 1;
  if (index >= job.segmentCount) return null;
  const spec = JobSpec.parse(job.spec);
  if (!grant.engines.includes(spec.engine.kind)) return null;
  const nowMs = clock.now().getTime();
  const segmentId = newId("segment", nowMs);
  const attempt = await nextAttempt(tx, job.id, index);
  await insertSegment(tx, {
    id: segmentId,
    jobId: job.id,
    index,
    attempt,
    machineId: grant.machineId,
    organisationId: grant.organisationId,
    matchId: grant.matchId,
    previousCommitment: tip?.commitment ?? genesisOf(job, spec),
    startState: tip?.stateBlob ?? spec.initialState,
    startStateRoot: tip?.stateRoot ?? spec.initialStateRoot,
    numericClass: spec.engine.kind === "exact" ? EXACT_CLASS : grant.numericClass,
    priceMicros: grant.price,
  });
  if (job.state === "open") await updateJob(tx, job.id, { state: "running" });
  await addEvent(tx, job.id, { type: "leased", index, attempt, machine: grant.machineName });
  const lease = { id: newId("lease", nowMs), machineId: grant.machineId, jobId: job.id, segmentId, auditId: null };
  return insertLease(tx, lease, grant.leaseMs);
}

/** c[-1] of a job. */
export function genesisOf(job: Pick<JobRecord, "id" | "specHash" | "drawKeyHash">, spec: JobSpec): string {
  return genesisCommitment({
    job: job.id,
    specHash: job.specHash,
    drawKeyHash: job.drawKeyHash,
    initialStateRoot: spec.initialStateRoot,
  });
}
