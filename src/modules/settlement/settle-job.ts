import { assert, assetOfRail, micros, requireSystem, type Context, type Tx } from "@/kernel";
import { recordVoucher } from "@/modules/escrow";
import { machineFacts, quarantineMachine } from "@/modules/identity";
import {
  addEvent,
  lockJob,
  selectLiveSegments,
  updateJob,
  updateSegment,
  type JobRecord,
  type SegmentRecord,
} from "@/modules/jobs";
import { postAuditFee, postSegment } from "@/modules/ledger";
import { recordOutcome } from "@/modules/reputation";
import {
  markAuditPaid,
  openAudit,
  selectAudits,
  verdictOf,
  type AuditRecord,
  type Verdict,
} from "@/modules/verification";
import { completeJob } from "./complete-job";
import { postedFor } from "./job-money";
import { putBackOnMarket, voidChainFrom } from "./void-chain";

/**
 * Task: carries a job's chain as far as its audits allow. In order, every committed segment that is good is verified and
 * paid in one transaction; one with a single mismatch gets its tie-break; a bad one and all after it are void, and the
 * job goes on from the last good state on another machine. Repeating it changes nothing.
 */
export async function settleJob(ctx: Context, input: { jobId: string }): Promise<void> {
  requireSystem(ctx.actor);
  const done = await ctx.database.transaction(async (tx) => {
    const job = await lockJob(tx, input.jobId);
    if (job === null || job.state !== "running") return false;
    const segments = await selectLiveSegments(tx, job.id);
    const audits = await selectAudits(tx, job.id);
    await payAudits(ctx, tx, job, audits, segments);
    const auditsOf = (segment: SegmentRecord): AuditRecord[] =>
      audits.filter((audit) => audit.segmentId === segment.id);
    let verified = 0;
    for (const segment of segments) {
      if (segment.state === "leased") break;
      if (segment.state === "committed" && !(await settleSegment(ctx, tx, job, segment, auditsOf(segment)))) break;
      verified++;
    }
    return verified === job.segmentCount;
  });
  if (done) await completeJob(ctx, input.jobId);
}

/** Acts on one segment's verdict. True: it is verified and paid, the next may follow. */
async function settleSegment(
  ctx: Context,
  tx: Tx,
  job: JobRecord,
  segment: SegmentRecord,
  audits: AuditRecord[],
): Promise<boolean> {
  assert(segment.commitment !== null && segment.drawn !== null, "a committed segment is whole (CHECK)");
  const verdict = verdictOf(segment.commitment, segment.drawn, audits);
  if (verdict.kind === "pending") return false;
  if (verdict.kind === "needs-tiebreak") {
    await openAudit(tx, ctx.clock, { jobId: job.id, segmentId: segment.id, cause: "tiebreak", ordinal: audits.length });
    return false;
  }
  if (verdict.kind === "bad") {
    await refuseSegment(ctx, tx, job, segment, verdict);
    return false;
  }
  await paySegment(ctx, tx, job, segment, verdict.audited);
  await noteAuditors(tx, segment, audits, verdict);
  return true;
}

async function paySegment(
  ctx: Context,
  tx: Tx,
  job: JobRecord,
  segment: SegmentRecord,
  audited: boolean,
): Promise<void> {
  const now = ctx.clock.now();
  await updateSegment(tx, segment.id, { state: "verified", verifiedAt: now, paidAt: now });
  const price = micros(segment.priceMicros);
  await postSegment(tx, {
    segmentId: segment.id,
    jobId: job.id,
    providerId: segment.organisationId,
    price,
    asset: assetOfRail(job.rail),
  });
  if (audited) await recordOutcome(tx, { machineId: segment.machineId, outcome: "agreed" });
  if (segment.index === 0) await updateJob(tx, job.id, { firstVerifiedAt: now });
  await addEvent(tx, job.id, { type: "verified", index: segment.index, audited });
  const paid = await postedFor(tx, job);
  const { index: segmentIndex, commitment } = segment;
  assert(commitment !== null, "a committed segment is whole (CHECK)");
  if (job.rail === "usdc") await recordVoucher(tx, { jobId: job.id, segmentIndex, cumulative: paid, commitment });
  const total = String(paid);
  await addEvent(tx, job.id, { type: "paid", index: segment.index, priceMicros: String(price), totalMicros: total });
}

/** An auditor whose result lost the tie-break has a fault on its own record. */
async function noteAuditors(tx: Tx, segment: SegmentRecord, audits: AuditRecord[], verdict: Verdict): Promise<void> {
  for (const audit of audits) {
    if (
      verdict.kind === "good" &&
      audit.state === "disagreed" &&
      audit.machineId !== null &&
      audit.commitment !== segment.commitment
    )
      await recordOutcome(tx, { machineId: audit.machineId, outcome: "fault" });
  }
}

async function refuseSegment(
  ctx: Context,
  tx: Tx,
  job: JobRecord,
  segment: SegmentRecord,
  verdict: Extract<Verdict, { kind: "bad" }>,
): Promise<void> {
  const { index, machineId } = segment;
  const reason = verdict.proven
    ? `Segment ${index} was refused: two independent machines computed another state.`
    : `Segment ${index} was refused: no two machines computed the same state.`;
  const machine = (await machineFacts(tx, [machineId])).get(machineId);
  assert(machine !== undefined, "a segment names an existing machine");
  await voidChainFrom(tx, job.id, index, reason);
  if (verdict.proven) {
    await recordOutcome(tx, { machineId, outcome: "fault" });
    await quarantineMachine(ctx, tx, machineId, `${reason} Job ${job.id}.`);
  }
  const remainingSegments = job.segmentCount - index;
  await putBackOnMarket(tx, job, { reason, machineName: machine.name, excludeMachineId: machineId, remainingSegments });
}

/** Pays every finished audit that found the truth: it agreed with the worker, or with another auditor against it. */
async function payAudits(
  ctx: Context,
  tx: Tx,
  job: JobRecord,
  audits: AuditRecord[],
  segments: SegmentRecord[],
): Promise<void> {
  const priceOf = new Map(segments.map((segment) => [segment.id, segment.priceMicros]));
  for (const audit of audits) {
    if (audit.paidAt !== null || audit.organisationId === null || audit.commitment === null) continue;
    const confirmed =
      audit.state === "agreed" ||
      audits.some((o) => o !== audit && o.segmentId === audit.segmentId && o.commitment === audit.commitment);
    const price = priceOf.get(audit.segmentId);
    if (!confirmed || price === undefined) continue;
    await postAuditFee(tx, {
      auditId: audit.id,
      organisationId: audit.organisationId,
      amount: micros(price),
      asset: assetOfRail(job.rail),
    });
    await markAuditPaid(tx, audit.id, price, ctx.clock.now());
  }
}
