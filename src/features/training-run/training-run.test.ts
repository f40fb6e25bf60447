import { micros } from "@/kernel/values/money";
import { describe, expect, it } from "vitest";
import { choiceFacts } from "./choice-facts";
import { etaMs } from "./eta";
import { growTail, livePoints, withTail } from "./loss-points";
import { auditWords, segmentCells } from "./segment-cells";
import type { Audit, Job, LiveSegment, Segment } from "./types";

const TRAINING: Job["choices"]["training"] = {
  ...{
    engine: "native",
    optimizer: "adamw",
    momentum: 0.9,
    learningRate: 0.001,
    weightDecay: 0,
    weightDecayOn: "all",
    clipNorm: 0,
  },
  ...{ averageDecay: 0, accumulationSteps: 1, labelSmoothing: 0.1, weights: { kind: "all" }, schedule: "cosine" },
  ...{ batchSize: 8, totalSteps: 40, stepsPerSegment: 10, warmupSteps: 0 },
};
const LIVE: LiveSegment = { index: 2, stepsDone: 5, lossesFrom: 3, losses: [0.5, 0.25], machineName: "n1" };

describe("the loss curve", () => {
  it("counts streamed steps from the start of the job", () => {
    expect(livePoints(LIVE, 10)).toEqual([
      { step: 24, loss: 0.5, verified: false },
      { step: 25, loss: 0.25, verified: false },
    ]);
  });

  it("takes each step once, from the stored curve where that has it", () => {
    const stored = [{ step: 24, loss: 9, verified: true }];
    expect(withTail(stored, livePoints(LIVE, 10)).map((p) => p.loss)).toEqual([9, 0.25]);
    expect(growTail(livePoints(LIVE, 10), livePoints({ ...LIVE, losses: [7] }, 10), 23).map((p) => p.loss)).toEqual([
      7, 0.25,
    ]);
    expect(growTail(livePoints(LIVE, 10), [], 25)).toEqual([]);
  });
});

describe("how a job trains", () => {
  it("is said without what is switched off or does not count", () => {
    expect(choiceFacts({ training: TRAINING, loss: "huber" }).map(({ text }) => text)).toEqual([
      "Native: audited by machines of one kind",
      "Huber (numbers with outliers)",
      "All weights",
      "AdamW",
      "0.001, cosine to zero",
      "8",
    ]);
  });

  it("names adapters, frozen weights, clipping and averages", () => {
    const training: typeof TRAINING = {
      ...TRAINING,
      ...{
        engine: "exact",
        optimizer: "sgd",
        weightDecay: 0.1,
        weightDecayOn: "matrices",
        clipNorm: 1,
        averageDecay: 0.9,
      },
      ...{ accumulationSteps: 2, warmupSteps: 5, weights: { kind: "lora", targets: ["a", "b"], rank: 4, alpha: 8 } },
    };
    expect(choiceFacts({ training, loss: "crossEntropy" }).map(({ text }) => text)).toEqual([
      "Exact: any machine can audit",
      "Cross-entropy (classes), labels smoothed by 0.1",
      "Adapters of rank 4, alpha 8, on a, b",
      "SGD with Nesterov momentum 0.9",
      "0.001, cosine to zero, after 5 steps of warm-up",
      "8 in 2 parts",
      "0.1, on matrices only",
      "clipped to a norm of 1",
      "their moving average with decay 0.9",
    ]);
  });
});

describe("the segment strip", () => {
  const job = setupJob([
    segment({ index: 0, state: "verified", audits: [audit("agreed")] }),
    segment({ index: 1, state: "void" }),
    segment({ index: 1, attempt: 1, state: "verified", drawn: false }),
    segment({ index: 2, state: "leased", stepsDone: 1 }),
  ]);

  it("is solid only where a segment is verified, and counts void attempts", () => {
    const cells = segmentCells(job, LIVE);
    expect(cells.map((cell) => cell.look)).toEqual(["audited", "verified", "leased", "pending"]);
    expect(cells.map((cell) => cell.voids)).toEqual([0, 1, 0, 0]);
    expect(cells[2]?.progress).toBe(0.5);
  });

  it("tells the audits", () => {
    expect(auditWords(segment({ audits: [audit("agreed"), audit("disagreed")] }))).toBe("An audit disagreed.");
    expect(auditWords(segment({ audits: [audit("open")] }))).toBe("Waiting for an auditor.");
    expect(auditWords(segment({ drawn: false }))).toBe("Not drawn for an audit.");
  });
});

describe("the time left", () => {
  const at = (s: number): Date => new Date(s * 1000);

  it("follows the pace of the newest commitments", () => {
    const job = setupJob([
      segment({ index: 0, state: "verified", committedAt: at(10) }),
      segment({ index: 1, state: "committed", committedAt: at(14) }),
      segment({ index: 2, state: "leased" }),
    ]);
    expect(etaMs(job, LIVE)).toBe(1.5 * 4000);
  });

  it("is the quote's before there is a pace, and nothing once the job has ended", () => {
    expect(etaMs({ ...setupJob([]), quote: { etaSeconds: 40 } }, null)).toBe(40_000);
    expect(etaMs({ ...setupJob([]), state: "completed" }, null)).toBeNull();
  });
});

function audit(state: Audit["state"]): Audit {
  return { cause: "draw", state, machineName: "f1", organisationName: "Fabrikam", commitment: null, finishedAt: null };
}

function segment(given: Partial<Segment>): Segment {
  const none = {
    stepsDone: null,
    drawn: null,
    drawProbability: null,
    commitment: null,
    stateRoot: null,
    evaluation: null,
  };
  const times = {
    leasedAt: new Date(0),
    committedAt: null,
    verifiedAt: null,
    paidAt: null,
    trainMs: null,
    evaluateMs: null,
    hashMs: null,
  };
  return {
    ...none,
    ...times,
    id: "seg_1",
    index: 0,
    attempt: 0,
    state: "committed",
    machineName: "n1",
    organisationName: "Northwind",
    priceMicros: micros(1n),
    peakMemoryBytes: null,
    voidReason: null,
    audits: [],
    ...given,
  };
}

function setupJob(segments: Segment[]): Job {
  const zero = micros(0n);
  return {
    ...{
      id: "job_1",
      name: "Digits",
      template: "mnist-mlp",
      state: "running",
      createdAt: new Date(0),
      createdByEmail: "ada@acme.example",
    },
    ...{
      firstVerifiedAt: null,
      endedAt: null,
      endReason: null,
      specHash: "",
      drawKeyHash: "",
      drawKey: null,
    },
    ...{
      stepsPerSegment: 10,
      segmentCount: 4,
      totalSteps: 40,
      flopsPerSegment: 1,
      dataset: { id: "d", name: "MNIST" },
      choices: { training: TRAINING, loss: "crossEntropy" },
      quote: null,
    },
    ...{ latest: null, stepsPerSecond: null, machines: [], deliverables: [] },
    counts: { committed: 0, audited: 0, verified: 0, void: 0, total: 4 },
    money: { asset: "USD", limitMicros: zero, heldMicros: zero, postedMicros: zero, returnedMicros: zero },
    segments,
  };
}
