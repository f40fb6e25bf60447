import { generateKeyPairSync, sign, verify } from "node:crypto";
import {
  commitmentHash,
  commitmentMessage,
  EXACT_CLASS,
  sha256Hex,
  STANDARD_ENGINES,
  type EngineKind,
  type JobSpec,
} from "@trainyard/protocol";
import { describe, expect, it } from "vitest";
import { checkClaim } from "./check-claim";

const NATIVE_CLASS = "9".repeat(64);
const hash = (character: string): string => character.repeat(64);

describe("a claim", () => {
  it.each([
    ["native", NATIVE_CLASS],
    ["exact", EXACT_CLASS],
  ] as const)("of a %s segment holds with its class", (engine, numericClass) => {
    expect(check({ engine, numericClass }).claim).toMatchObject({ numericClass, fromStep: 2, toStep: 4 });
  });

  it.each([
    ["native", EXACT_CLASS],
    ["exact", NATIVE_CLASS],
  ] as const)("of a %s segment is refused with a class of the other engine", (engine, numericClass) => {
    const sentence = `The claimed numeric class is not one of the ${engine} engine.`;
    expect(() => check({ engine, numericClass })).toThrow(sentence);
  });

  it("is refused with losses that are too few or no numbers, and with another machine's signature", () => {
    expect(() => check({ losses: [1] })).toThrow("The segment has 2 steps, but 1 losses were sent.");
    expect(() => check({ losses: [1, Number.NaN] })).toThrow("A loss is NaN or infinite.");
    expect(() => check({ signedByOther: true })).toThrow("not signed with this machine's key");
  });
});

/** Checks what is claimed of segment 1, two steps long. */
function check(told: { engine?: EngineKind; numericClass?: string; losses?: number[]; signedByOther?: boolean }) {
  const { engine = "native", numericClass = NATIVE_CLASS, losses = [1, 0.5], signedByOther = false } = told;
  const [machine, other] = [generateKeyPairSync("ed25519"), generateKeyPairSync("ed25519")];
  const bytes = (values: number[]): Buffer => Buffer.from(new Uint8Array(Float32Array.from(values).buffer));
  const evaluation = bytes([1, 2, 3]);
  const commitment = commitmentHash({
    ...{ job: "job_1", index: 1, previous: hash("0"), stateRoot: hash("1"), fromStep: 2, toStep: 4, numericClass },
    lossHash: sha256Hex(bytes(losses)),
    evaluationHash: sha256Hex(evaluation),
  });
  const message = commitmentMessage(commitment);
  const commit = {
    ...{ token: "1", stateBlob: hash("2"), stateRoot: hash("1"), numericClass, commitment },
    losses: bytes(losses).toString("base64"),
    evaluation: evaluation.toString("base64"),
    signature: sign(null, message, (signedByOther ? other : machine).privateKey).toString("hex"),
    ...{ trainMs: 1, evaluateMs: 1, hashMs: 1, peakMemoryBytes: 1 },
  };
  const work = { job: "job_1", spec: specOf(engine), index: 1, previous: hash("0"), publicKey: "" };
  return checkClaim(work, commit, (_publicKey, signed, signature) =>
    verify(null, signed, machine.publicKey, Buffer.from(signature, "hex")),
  );
}

function specOf(engine: EngineKind): JobSpec {
  const tokens = { name: "tokens", dtype: "uint8" as const, shape: [], blob: hash("3") };
  const split = { kind: "tokens" as const, count: 9, contextLength: 2, tokens };
  return {
    ...{ version: 1, segmentModel: hash("4"), evaluationModel: hash("5"), forwardModel: hash("6") },
    ...{ schedule: hash("7"), scheduleWidth: 1, initialState: hash("8"), initialStateRoot: hash("a") },
    ...{ train: split, heldOut: split, batchSize: 1, evaluationBatchSize: 1, stepsPerSegment: 2, segmentCount: 2 },
    ...{ seed: "0".repeat(32), engine: STANDARD_ENGINES[engine] },
  };
}
