import { Receipt, sha256Hex, type JobSpec } from "@trainyard/protocol";
import { assert, type Tx } from "@/kernel";
import { machineFacts } from "@/modules/identity";
import type { JobRecord, SegmentRecord } from "@/modules/jobs";
import { selectAudits } from "@/modules/verification";

const PPM = 1_000_000;

/** Writes a finished job's receipt from its stored claims, signatures, draws and audits; reveals the draw key. */
export async function buildReceipt(
  tx: Tx,
  r: { job: JobRecord; spec: JobSpec; segments: SegmentRecord[]; trainedModel: string; issuedAt: Date },
): Promise<Receipt> {
  const { job, spec, segments, trainedModel, issuedAt } = r;
  const audits = (await selectAudits(tx, job.id)).filter((audit) => audit.commitment !== null);
  const ids = [
    ...segments.map((s) => s.machineId),
    ...audits.flatMap((a) => (a.machineId === null ? [] : [a.machineId])),
  ];
  const machines = await machineFacts(tx, ids);
  const signer = (machineId: string | null) => {
    const facts = machines.get(machineId ?? "");
    assert(facts !== undefined, "a committed result names an existing machine");
    return { machine: facts.publicKey, organisation: facts.organisationName };
  };
  return Receipt.parse({
    format: "trainyard-receipt/1",
    job: job.id,
    name: job.name,
    spec,
    specHash: job.specHash,
    drawKey: job.drawKey,
    drawKeyHash: job.drawKeyHash,
    segments: segments.map((segment) => ({
      claim: claimOf(job, spec, segment),
      commitment: segment.commitment,
      ...signer(segment.machineId),
      signature: segment.signature,
      stateBlob: segment.stateBlob,
      drawProbabilityPpm: Math.round((segment.drawProbability ?? 0) * PPM),
      drawn: segment.drawn,
      audits: audits
        .filter((audit) => audit.segmentId === segment.id)
        .map(({ machineId, commitment, signature }) => ({
          ...signer(machineId),
          commitment,
          signature,
          agrees: commitment === segment.commitment,
        })),
      paidMicros: String(segment.priceMicros),
    })),
    trainedModel,
    totalPaidMicros: String(segments.reduce((sum, segment) => sum + segment.priceMicros, 0n)),
    issuedAt: issuedAt.toISOString(),
  });
}

function claimOf(job: JobRecord, spec: JobSpec, segment: SegmentRecord) {
  return {
    job: job.id,
    index: segment.index,
    previous: segment.previousCommitment,
    stateRoot: segment.stateRoot,
    lossHash: sha256Hex(segment.losses ?? new Uint8Array()),
    evaluationHash: sha256Hex(segment.evaluation ?? new Uint8Array()),
    fromStep: segment.index * spec.stepsPerSegment,
    toStep: (segment.index + 1) * spec.stepsPerSegment,
    numericClass: segment.numericClass,
  };
}
