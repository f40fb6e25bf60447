import { assetOfRail, micros, requireMember, type Context } from "@/kernel";
import { listMembers, machineFacts, type MachineFacts } from "@/modules/identity";
import {
  findLiveTraining,
  findOwnJob,
  jobChoices,
  jobEvaluation,
  JobInput,
  listDatasets,
  selectAllSegments,
  type Evaluation,
  type JobRecord,
} from "@/modules/jobs";
import { listMatches } from "@/modules/market";
import { selectAudits, type AuditRecord } from "@/modules/verification";
import type { Deliverables } from "./complete-job";
import { heldFor, postedFor, returnedFor } from "./job-money";
import type { JobView, SegmentView } from "./job-view";

type StoredSegment = Awaited<ReturnType<typeof selectAllSegments>>[number];

/** A job's page: specification, money, segments with their audits, machines and files. */
export async function readJob(ctx: Context, input: JobInput): Promise<JobView> {
  const { organisationId } = requireMember(ctx.actor);
  const { jobId } = JobInput.parse(input);
  const job = await findOwnJob(ctx, jobId);
  const tx = ctx.database.reader;
  const [segments, audits, matches, held, posted, returned] = await Promise.all([
    selectAllSegments(tx, jobId),
    selectAudits(tx, jobId),
    listMatches(tx, jobId),
    heldFor(tx, job),
    postedFor(tx, job),
    returnedFor(tx, job),
  ]);
  const ids = [...segments, ...audits, ...matches].flatMap((row) => (row.machineId === null ? [] : [row.machineId]));
  const [machines, members, datasets, training] = await Promise.all([
    machineFacts(tx, ids),
    listMembers(ctx),
    listDatasets(ctx),
    findLiveTraining(tx, jobId),
  ]);
  const view = (segment: StoredSegment): SegmentView =>
    segmentView(job, segment, audits, machines, segment.state === "leased" ? (training?.stepsDone ?? 0) : null);
  return {
    ...headOf(job),
    createdByEmail: members.find((member) => member.userId === job.createdBy)?.email ?? "a former member",
    drawKey: job.endedAt === null ? null : job.drawKey,
    dataset: { id: job.datasetId, name: datasets.find((d) => d.id === job.datasetId)?.name ?? organisationId },
    counts: countsOf(job, segments, audits),
    money: {
      asset: assetOfRail(job.rail),
      limitMicros: micros(job.limitMicros),
      heldMicros: held,
      postedMicros: posted,
      returnedMicros: returned,
    },
    ...paceOf(job, segments),
    segments: segments.map(view),
    machines: matches.map((match) => ({
      machineName: machines.get(match.machineId)?.name ?? match.machineId,
      organisationName: machines.get(match.machineId)?.organisationName ?? "",
      state: match.state,
      segments: segments.filter((s) => s.matchId === match.id && s.state !== "void").length,
      pricePerSegmentMicros: micros(match.pricePerSegmentMicros),
      explanation: match.explanation,
      endReason: match.endReason,
    })),
    deliverables: filesOf(job),
  };
}

function headOf(job: JobRecord) {
  const { id, name, template, state, createdAt, firstVerifiedAt, endedAt, endReason, specHash, drawKeyHash } = job;
  const { stepsPerSegment, segmentCount, flopsPerSegment, quote } = job;
  const head = { id, name, template, state, createdAt, firstVerifiedAt, endedAt, endReason, specHash, drawKeyHash };
  return {
    ...head,
    ...{ stepsPerSegment, segmentCount, flopsPerSegment, quote },
    totalSteps: stepsPerSegment * segmentCount,
    choices: jobChoices(job),
  };
}

function countsOf(job: JobRecord, segments: readonly StoredSegment[], audits: readonly AuditRecord[]) {
  const count = (...states: StoredSegment["state"][]): number =>
    segments.filter((s) => states.includes(s.state)).length;
  const live = new Set(segments.filter((s) => s.state !== "void").map((s) => s.id));
  const audited = new Set(audits.filter((a) => a.commitment !== null && live.has(a.segmentId)).map((a) => a.segmentId));
  return {
    committed: count("committed", "verified"),
    audited: audited.size,
    verified: count("verified"),
    void: count("void"),
    total: job.segmentCount,
  };
}

function paceOf(
  job: JobRecord,
  segments: readonly StoredSegment[],
): { latest: Evaluation | null; stepsPerSecond: number | null } {
  const last = segments.filter((s) => s.state === "committed" || s.state === "verified").at(-1);
  if (last === undefined) return { latest: null, stepsPerSecond: null };
  const stepsPerSecond = last.trainMs ? (job.stepsPerSegment / last.trainMs) * 1000 : null;
  return { latest: jobEvaluation(job, last.evaluation), stepsPerSecond };
}

function segmentView(
  job: JobRecord,
  segment: StoredSegment,
  audits: readonly AuditRecord[],
  machines: Map<string, MachineFacts>,
  stepsDone: number | null,
): SegmentView {
  const { id, index, attempt, state, drawn, drawProbability, commitment, stateRoot, trainMs, evaluateMs, hashMs } =
    segment;
  const { leasedAt, committedAt, verifiedAt, paidAt, voidReason } = segment;
  const machine = machines.get(segment.machineId);
  return {
    ...{
      id,
      index,
      attempt,
      state,
      stepsDone,
      drawn,
      drawProbability,
      commitment,
      stateRoot,
      trainMs,
      evaluateMs,
      hashMs,
    },
    ...{ leasedAt, committedAt, verifiedAt, paidAt, voidReason },
    machineName: machine?.name ?? segment.machineId,
    organisationName: machine?.organisationName ?? "",
    evaluation: jobEvaluation(job, segment.evaluation),
    priceMicros: micros(segment.priceMicros),
    peakMemoryBytes: segment.peakMemoryBytes === null ? null : Number(segment.peakMemoryBytes),
    audits: audits
      .filter((audit) => audit.segmentId === id)
      .map((audit) => ({
        cause: audit.cause,
        state: audit.state,
        machineName: machines.get(audit.machineId ?? "")?.name ?? null,
        organisationName: machines.get(audit.machineId ?? "")?.organisationName ?? null,
        commitment: audit.commitment,
        finishedAt: audit.finishedAt,
      })),
  };
}

function filesOf(job: JobRecord): JobView["deliverables"] {
  if (job.deliverables === null) return [];
  const files = job.deliverables as unknown as Deliverables;
  return (["model", "checkpoint", "receipt"] as const).map((kind) => ({ kind, ...files[kind] }));
}
