import { z } from "zod";
import { commitmentHash, commitmentMessage, genesisCommitment, SegmentClaim } from "./commitment";
import { drawKeyHash, isDrawn } from "./draw";
import { isClassOf, JobSpec, jobSpecHash, Sha256 } from "./job-spec";

const Signature = z.string().regex(/^[0-9a-f]{128}$/);
const PublicKey = z.string().regex(/^[0-9a-f]{64}$/);

const ReceiptAudit = z.strictObject({
  machine: PublicKey,
  organisation: z.string(),
  commitment: Sha256,
  signature: Signature,
  agrees: z.boolean(),
});

const ReceiptSegment = z.strictObject({
  claim: SegmentClaim,
  commitment: Sha256,
  machine: PublicKey,
  organisation: z.string(),
  signature: Signature,
  stateBlob: Sha256,
  /** Parts per million, so that the receipt stays free of floats; 1,000,000 is "always". */
  drawProbabilityPpm: z.int().min(0).max(1_000_000),
  drawn: z.boolean(),
  audits: z.array(ReceiptAudit),
  paidMicros: z.string().regex(/^[0-9]+$/),
});

/** The portable proof of a finished job. Everything in it can be rechecked offline; blobs are named by hash. */
export const Receipt = z.strictObject({
  format: z.literal("trainyard-receipt/1"),
  job: z.string(),
  name: z.string(),
  spec: JobSpec,
  specHash: Sha256,
  drawKey: Sha256,
  drawKeyHash: Sha256,
  segments: z.array(ReceiptSegment).min(1),
  trainedModel: Sha256,
  totalPaidMicros: z.string().regex(/^[0-9]+$/),
  issuedAt: z.iso.datetime(),
});
export type Receipt = z.infer<typeof Receipt>;

/** Checks an Ed25519 signature (hex) over a message; given by the caller because each platform has its own. */
export type VerifySignature = (publicKey: string, message: Uint8Array, signature: string) => boolean | Promise<boolean>;

/**
 * Rechecks a receipt without any network: specification hash, every commitment and its place in the chain, every
 * signature, every audit draw and its outcome, and the total paid. Returns the problems found; none means it holds.
 */
export async function checkReceipt(receipt: Receipt, verify: VerifySignature): Promise<string[]> {
  const problems: string[] = [];
  if (jobSpecHash(receipt.spec) !== receipt.specHash) problems.push("The specification does not hash to specHash.");
  if (drawKeyHash(receipt.drawKey) !== receipt.drawKeyHash) problems.push("The draw key does not hash to drawKeyHash.");
  if (receipt.segments.length !== receipt.spec.segmentCount)
    problems.push(`The receipt holds ${receipt.segments.length} segments, the job has ${receipt.spec.segmentCount}.`);
  let previous = genesisCommitment({ ...receipt, initialStateRoot: receipt.spec.initialStateRoot });
  for (const [index, segment] of receipt.segments.entries()) {
    problems.push(...(await checkSegment(receipt, segment, index, previous, verify)));
    previous = segment.commitment;
  }
  const paid = receipt.segments.reduce((sum, segment) => sum + BigInt(segment.paidMicros), 0n);
  if (paid !== BigInt(receipt.totalPaidMicros))
    problems.push("The segments' payments do not add up to totalPaidMicros.");
  return problems;
}

async function checkSegment(
  receipt: Receipt,
  segment: Receipt["segments"][number],
  index: number,
  previous: string,
  verify: VerifySignature,
): Promise<string[]> {
  const { claim, commitment } = segment;
  const problems: string[] = [];
  const at = `Segment ${index}`;
  const { stepsPerSegment } = receipt.spec;
  if (claim.job !== receipt.job || claim.index !== index)
    problems.push(`${at}: the claim is for another job or segment.`);
  if (claim.fromStep !== index * stepsPerSegment || claim.toStep !== (index + 1) * stepsPerSegment)
    problems.push(`${at}: the claimed steps are not those of this segment.`);
  if (!isClassOf(receipt.spec.engine, claim.numericClass))
    problems.push(`${at}: the claimed numeric class is not one of the ${receipt.spec.engine.kind} engine.`);
  if (claim.previous !== previous) problems.push(`${at}: the chain is broken before it.`);
  if (commitmentHash(claim) !== commitment) problems.push(`${at}: the commitment is not the hash of the claim.`);
  if (!(await verify(segment.machine, commitmentMessage(commitment), segment.signature)))
    problems.push(`${at}: the machine's signature is wrong.`);
  const probability = segment.drawProbabilityPpm / 1_000_000;
  const drawn = isDrawn({ drawKey: receipt.drawKey, job: receipt.job, index, commitment, probability });
  if (drawn !== segment.drawn) problems.push(`${at}: the audit draw does not recompute.`);
  for (const audit of segment.audits) {
    if (!(await verify(audit.machine, commitmentMessage(audit.commitment), audit.signature)))
      problems.push(`${at}: an auditor's signature is wrong.`);
    if (audit.agrees !== (audit.commitment === commitment)) problems.push(`${at}: an audit's outcome is misstated.`);
  }
  if (segment.drawn && !segment.audits.some((a) => a.agrees && a.organisation !== segment.organisation))
    problems.push(`${at}: it was drawn, but no other organisation confirmed it.`);
  return problems;
}
