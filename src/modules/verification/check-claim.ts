import {
  commitmentHash,
  commitmentMessage,
  isClassOf,
  sha256Hex,
  type CommitRequest,
  type JobSpec,
  type SegmentClaim,
} from "@trainyard/protocol";
import { floats } from "@/modules/jobs";
import { ClaimRefused } from "./errors";

/** Checks a signature; hex in, see `identity.verifySignature`. */
export type SignatureCheck = (publicKey: string, message: Uint8Array, signature: string) => boolean;

/** A commitment that recomputes from what was submitted and is signed by the machine. */
export interface CheckedClaim {
  readonly claim: SegmentClaim;
  readonly losses: Uint8Array<ArrayBuffer>;
  readonly evaluation: Uint8Array<ArrayBuffer>;
}

/** Recomputes a commitment from its parts and checks the machine's signature on it. Throws ClaimRefused. */
export function checkClaim(
  work: { job: string; spec: JobSpec; index: number; previous: string; publicKey: string },
  commit: CommitRequest,
  verify: SignatureCheck,
): CheckedClaim {
  const losses = new Uint8Array(Buffer.from(commit.losses, "base64"));
  const evaluation = new Uint8Array(Buffer.from(commit.evaluation, "base64"));
  const { stepsPerSegment } = work.spec;
  if (losses.byteLength !== stepsPerSegment * 4)
    throw new ClaimRefused(`The segment has ${stepsPerSegment} steps, but ${losses.byteLength / 4} losses were sent.`);
  if (![...floats(losses), ...floats(evaluation)].every(Number.isFinite))
    throw new ClaimRefused("A loss is NaN or infinite. Report the segment as failed instead.");
  if (!isClassOf(work.spec.engine, commit.numericClass))
    throw new ClaimRefused(`The claimed numeric class is not one of the ${work.spec.engine.kind} engine.`);
  const claim: SegmentClaim = {
    job: work.job,
    index: work.index,
    previous: work.previous,
    stateRoot: commit.stateRoot,
    lossHash: sha256Hex(losses),
    evaluationHash: sha256Hex(evaluation),
    fromStep: work.index * stepsPerSegment,
    toStep: (work.index + 1) * stepsPerSegment,
    numericClass: commit.numericClass,
  };
  if (commitmentHash(claim) !== commit.commitment)
    throw new ClaimRefused("The commitment is not the hash of the claim.");
  if (!verify(work.publicKey, commitmentMessage(commit.commitment), commit.signature))
    throw new ClaimRefused("The commitment is not signed with this machine's key.");
  return { claim, losses, evaluation };
}
