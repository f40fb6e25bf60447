import { createHash } from "node:crypto";
import { decodeSafetensors, encodeSafetensors, jobBlobs, type JobSpec, type NamedTensor } from "@trainyard/protocol";
import type { BlobStore } from "@/kernel";
import { openSession, type GraphSession } from "../../worker/src/session";
import { evaluateState, trainSegment } from "../../worker/src/segment-run";

/** Trains a job's segments in this process, with no market, lease or audit between: what the platform's result must equal. */
export class HonestRun {
  private constructor(
    readonly spec: JobSpec,
    private readonly blobs: ReadonlyMap<string, Uint8Array>,
    private readonly training: GraphSession,
    private readonly evaluation: GraphSession,
  ) {}

  static async open(spec: JobSpec, read: (hash: string) => Promise<Uint8Array>): Promise<HonestRun> {
    const blobs = new Map<string, Uint8Array>();
    for (const hash of jobBlobs(spec)) blobs.set(hash, await read(hash));
    const session = async (hash: string): Promise<GraphSession> =>
      openSession(blobs.get(hash) ?? new Uint8Array(), spec.engine, "cpu");
    return new HonestRun(spec, blobs, await session(spec.segmentModel), await session(spec.evaluationModel));
  }

  /** One segment: end state, its losses and its evaluation as committed bytes. */
  async segment(index: number, startState: readonly NamedTensor[]) {
    const { spec } = this;
    const losses: number[] = [];
    const blobs = (hash: string): Uint8Array => this.blobs.get(hash) ?? new Uint8Array();
    const onLosses = (chunk: Float32Array): void => void losses.push(...chunk);
    const now = (): number => performance.now();
    const state = await trainSegment({
      spec,
      index,
      blobs,
      takeStartState: () => startState,
      session: this.training,
      onLosses,
      now,
    });
    const evaluation = await evaluateState(spec, blobs, state, this.evaluation);
    return { state, losses: Float32Array.from(losses), evaluation };
  }
}

/** SHA-256 of the final state's safetensors file, as an honest machine would upload it. */
export async function honestFinalState(spec: JobSpec, blobs: BlobStore): Promise<string> {
  const run = await HonestRun.open(spec, (hash) => blobs.get(hash));
  let state = decodeSafetensors(await blobs.get(spec.initialState));
  for (let index = 0; index < spec.segmentCount; index++) state = (await run.segment(index, state)).state.slice();
  return createHash("sha256").update(encodeSafetensors(state)).digest("hex");
}
