import {
  encodeSafetensors,
  stateRoot,
  STANDARD_ENGINES,
  type EngineKind,
  type JobSpec,
  type NamedTensor,
} from "@trainyard/protocol";
import type { TestGateway } from "./gateway";

/** A job of one segment over the state w [1], whose segment graph is whatever the test wants to survive. */
export function hostileJob(gateway: TestGateway, segmentModel: Uint8Array, engine: EngineKind = "native"): JobSpec {
  const state: NamedTensor[] = [{ name: "w", dtype: "float32", shape: [1], data: new Uint8Array(4) }];
  const column = (name: string) => ({
    name,
    dtype: "uint8" as const,
    shape: [],
    blob: gateway.store(Uint8Array.of(1, 2, 3, 4)),
  });
  const split = { kind: "examples" as const, count: 4, features: [column("x")], labels: column("y") };
  const blob = gateway.store(segmentModel);
  return {
    version: 1,
    segmentModel: blob,
    evaluationModel: blob,
    forwardModel: blob,
    schedule: gateway.store(new Uint8Array(4)),
    scheduleWidth: 1,
    initialState: gateway.store(encodeSafetensors(state)),
    initialStateRoot: stateRoot(state),
    train: split,
    heldOut: split,
    batchSize: 2,
    evaluationBatchSize: 2,
    stepsPerSegment: 1,
    segmentCount: 1,
    seed: "0".repeat(32),
    engine: STANDARD_ENGINES[engine],
  };
}
