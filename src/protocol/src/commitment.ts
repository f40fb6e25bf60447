import { z } from "zod";
import { canonicalJson } from "./canonical";
import { sha256Hex, utf8ToBytes } from "./hash";
import { Sha256 } from "./job-spec";

/** What a finished segment claims. It names no machine, so two honest executions of one segment commit to the same hash. */
export const SegmentClaim = z.strictObject({
  job: z.string().min(1).max(64),
  index: z.int().min(0),
  previous: Sha256,
  stateRoot: Sha256,
  /** SHA-256 of the K float32 losses, little-endian. */
  lossHash: Sha256,
  /** SHA-256 of float32 [loss sum, correct, weight] of the held-out evaluation, little-endian. */
  evaluationHash: Sha256,
  fromStep: z.int().min(0),
  toStep: z.int().min(1),
  numericClass: Sha256,
});
export type SegmentClaim = z.infer<typeof SegmentClaim>;

/** c[i] = SHA-256 over the claim, which holds c[i-1]: one wrong segment changes every later commitment. */
export function commitmentHash(claim: SegmentClaim): string {
  return sha256Hex(`trainyard/commitment/v1\n${canonicalJson(claim)}`);
}

/** c[-1]: binds the chain to the job, its specification, the initial state and the key that the audit draw will use. */
export function genesisCommitment(g: {
  job: string;
  specHash: string;
  initialStateRoot: string;
  drawKeyHash: string;
}): string {
  return sha256Hex(
    `trainyard/genesis/v1\n${canonicalJson({ job: g.job, specHash: g.specHash, initialStateRoot: g.initialStateRoot, drawKeyHash: g.drawKeyHash })}`,
  );
}

/** The bytes a machine signs (Ed25519, RFC 8032) when it commits. */
export function commitmentMessage(commitment: string): Uint8Array {
  return utf8ToBytes(`trainyard/commitment-signature/v1\n${commitment}`);
}

/** The bytes a machine signs for one HTTP request to the gateway; the body travels as its hash. */
export function requestMessage(r: { method: string; path: string; timeMs: number; bodyHash: string }): Uint8Array {
  return utf8ToBytes(`trainyard/request/v1\n${r.method}\n${r.path}\n${r.timeMs}\n${r.bodyHash}`);
}
