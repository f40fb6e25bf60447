/** A training loss after a step. */
export interface LossPoint {
  readonly step: number;
  readonly loss: number;
  readonly verified: boolean;
}

/** A held-out evaluation after a step; accuracy in [0, 1], null where labels are not classes. */
export interface EvaluationPoint {
  readonly step: number;
  readonly loss: number;
  readonly accuracy: number | null;
  readonly verified: boolean;
}

type Values = (number | null)[];

/** The columns that the chart draws, one entry a step: nulls where a line has nothing. */
export interface ChartColumns {
  readonly steps: number[];
  readonly raw: Values;
  readonly verified: Values;
  readonly unverified: Values;
  readonly accuracyVerified: Values;
  readonly accuracyUnverified: Values;
}

/**
 * Smooths with an exponential moving average without start-up bias: s[i] = sum(w^(i-j) y[j]) / sum(w^(i-j)).
 * Weight 0 leaves the values as they are.
 */
export function smooth(values: readonly number[], weight: number): number[] {
  let sum = 0;
  let norm = 0;
  return values.map((value) => {
    if (!Number.isFinite(value)) return value;
    sum = sum * weight + value;
    norm = norm * weight + 1;
    return sum / norm;
  });
}

/** Lines up losses and evaluations by step. The unverified line starts at the last verified point, so that the curve is whole. */
export function chartColumns(
  points: readonly LossPoint[],
  evaluations: readonly EvaluationPoint[],
  weight: number,
): ChartColumns {
  const smoothed = smooth(
    points.map((point) => point.loss),
    weight,
  );
  const lossAt = new Map(points.map((point, i) => [point.step, { ...point, smooth: smoothed[i] ?? point.loss, i }]));
  const evaluationAt = new Map(evaluations.map((evaluation) => [evaluation.step, evaluation]));
  const steps = [...new Set([...lossAt.keys(), ...evaluationAt.keys()])].sort((a, b) => a - b);
  const of = (pick: (step: number) => number | null | undefined): Values => steps.map((step) => pick(step) ?? null);
  const joins = (i: number): boolean => points[i]?.verified === true && points[i + 1]?.verified === false;
  return {
    steps,
    raw: of((step) => lossAt.get(step)?.loss),
    verified: of((step) => (lossAt.get(step)?.verified === true ? lossAt.get(step)?.smooth : null)),
    unverified: of((step) => {
      const point = lossAt.get(step);
      return point !== undefined && (!point.verified || joins(point.i)) ? point.smooth : null;
    }),
    accuracyVerified: of((step) =>
      evaluationAt.get(step)?.verified === true ? evaluationAt.get(step)?.accuracy : null,
    ),
    accuracyUnverified: of((step) =>
      evaluationAt.get(step)?.verified === false ? evaluationAt.get(step)?.accuracy : null,
    ),
  };
}

/** The step up to which everything is verified; 0 when nothing is. */
export function verifiedUntil(points: readonly LossPoint[]): number {
  let last = 0;
  for (const point of points) {
    if (!point.verified) break;
    last = point.step;
  }
  return last;
}

/** The curve as a table for other programs; empty cells where a step has no such value. */
export function lossCsv(points: readonly LossPoint[], evaluations: readonly EvaluationPoint[]): string {
  const evaluationAt = new Map(evaluations.map((evaluation) => [evaluation.step, evaluation]));
  const lossAt = new Map(points.map((point) => [point.step, point]));
  const steps = [...new Set([...lossAt.keys(), ...evaluationAt.keys()])].sort((a, b) => a - b);
  const rows = steps.map((step) => {
    const point = lossAt.get(step);
    const evaluation = evaluationAt.get(step);
    const verified = point?.verified ?? evaluation?.verified ?? false;
    return [step, point?.loss ?? "", evaluation?.loss ?? "", evaluation?.accuracy ?? "", verified].join(",");
  });
  return `${["step,training_loss,held_out_loss,held_out_accuracy,verified", ...rows].join("\n")}\n`;
}
