import { JobSpec } from "@trainyard/protocol";
import type { Context } from "@/kernel";
import { decimate } from "./decimate";
import { floats, jobEvaluation } from "./evaluation";
import { findOwnJob } from "./find-own-job";
import { LossCurveInput } from "./inputs";
import { selectLosses } from "./store/segments";

export interface LossPoint {
  readonly step: number;
  readonly loss: number;
  readonly verified: boolean;
}
export interface EvaluationPoint {
  readonly step: number;
  readonly loss: number;
  readonly accuracy: number | null;
  readonly verified: boolean;
}
export interface LossCurve {
  readonly points: LossPoint[];
  readonly evaluations: EvaluationPoint[];
  readonly totalSteps: number;
}

/** A job's training loss per step, decimated to at most `pointsMax` points, and its held-out evaluations per segment. */
export async function readLossCurve(ctx: Context, input: LossCurveInput): Promise<LossCurve> {
  const { jobId, pointsMax } = LossCurveInput.parse(input);
  const job = await findOwnJob(ctx, jobId);
  const spec = JobSpec.parse(job.spec);
  const points: LossPoint[] = [];
  const evaluations: EvaluationPoint[] = [];
  for (const segment of await selectLosses(ctx.database.reader, jobId)) {
    const from = segment.index * spec.stepsPerSegment;
    const verified = segment.state === "verified";
    floats(segment.losses ?? new Uint8Array()).forEach((loss, i) =>
      points.push({ step: from + i + 1, loss, verified }),
    );
    const evaluation = jobEvaluation(job, segment.evaluation);
    if (evaluation !== null) evaluations.push({ step: from + spec.stepsPerSegment, ...evaluation, verified });
  }
  return { points: decimate(points, pointsMax), evaluations, totalSteps: spec.stepsPerSegment * spec.segmentCount };
}
