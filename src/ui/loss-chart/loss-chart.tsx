"use client";

import "uplot/dist/uPlot.min.css";
import { Download, FileSpreadsheet } from "lucide-react";
import { useMemo, useState } from "react";
import { IconButton } from "../button";
import { lossText, percent, whole } from "../format";
import { ChartKey } from "./chart-key";
import { canvasPng, saveFile } from "./save-file";
import { chartColumns, lossCsv, verifiedUntil, type EvaluationPoint, type LossPoint } from "./series";
import { usePlot } from "./use-plot";

const HEIGHT_PX = 300;
const SMOOTHING_DEFAULT = 0.7;
const SMOOTHING_MAX = 0.98;

interface LossChartProps {
  /** By step, decimated; the live tail at the end. */
  readonly points: readonly LossPoint[];
  readonly evaluations: readonly EvaluationPoint[];
  readonly totalSteps: number;
  /** Names the files that are saved. */
  readonly name: string;
  /** What stands there while there is nothing to draw. */
  readonly waitingFor: string;
}

/** Training loss by step, verified solid and unverified dashed, with held-out accuracy on the right. Drag to zoom, double-click to reset. */
export function LossChart({ points, evaluations, totalSteps, name, waitingFor }: LossChartProps) {
  const [smoothing, setSmoothing] = useState(SMOOTHING_DEFAULT);
  const [logScale, setLogScale] = useState(false);
  const [cursor, setCursor] = useState<number | null>(null);
  const columns = useMemo(() => chartColumns(points, evaluations, smoothing), [points, evaluations, smoothing]);
  const verifiedStep = useMemo(() => verifiedUntil(points), [points]);
  const { host, plot } = usePlot({
    columns,
    totalSteps,
    verifiedStep,
    logScale,
    height: HEIGHT_PX,
    onCursor: setCursor,
  });
  const shown = cursor ?? columns.steps.length - 1;
  const accuracy = columns.accuracyVerified[shown] ?? columns.accuracyUnverified[shown] ?? null;

  const savePng = async (): Promise<void> => {
    if (plot.current === null) return;
    const png = await canvasPng(plot.current.chart.ctx.canvas, plot.current.colours.paper);
    if (png !== null) saveFile(`${name}-loss.png`, png);
  };
  const saveCsv = (): void =>
    saveFile(`${name}-loss.csv`, new Blob([lossCsv(points, evaluations)], { type: "text/csv" }));

  return (
    <div>
      <div className="flex flex-wrap items-center gap-x-5 gap-y-1 border-b px-4 py-1.5 text-xs">
        <label className="flex items-center gap-2 text-ink-faint">
          Smoothing
          <input
            type="range"
            min={0}
            max={SMOOTHING_MAX}
            step={0.02}
            value={smoothing}
            onChange={(event) => setSmoothing(Number(event.target.value))}
            className="h-1 w-24 accent-ink"
          />
        </label>
        <label className="flex items-center gap-1.5 text-ink-faint">
          <input
            type="checkbox"
            checked={logScale}
            onChange={(event) => setLogScale(event.target.checked)}
            className="accent-ink"
          />
          Log scale
        </label>
        <span className="ml-auto flex items-center">
          <IconButton label="Save the chart as PNG" onClick={() => void savePng()}>
            <Download className="size-4" aria-hidden="true" />
          </IconButton>
          <IconButton label="Save the values as CSV" onClick={saveCsv}>
            <FileSpreadsheet className="size-4" aria-hidden="true" />
          </IconButton>
        </span>
      </div>
      <div className="relative px-1 pt-3" style={{ height: HEIGHT_PX + 12 }}>
        <div ref={host} role="img" aria-label={summary(points, evaluations, totalSteps)} />
        {points.length > 0 ? null : (
          <p className="absolute inset-0 flex items-center justify-center px-16 text-center text-sm text-ink-faint">
            {waitingFor}
          </p>
        )}
      </div>
      <ChartKey
        step={columns.steps[shown] ?? null}
        loss={columns.raw[shown] ?? null}
        smoothed={columns.verified[shown] ?? columns.unverified[shown] ?? null}
        accuracy={accuracy}
      />
    </div>
  );
}

function summary(points: readonly LossPoint[], evaluations: readonly EvaluationPoint[], totalSteps: number): string {
  const last = points.at(-1);
  if (last === undefined) return "Loss curve, no values yet.";
  const evaluation = evaluations.findLast((candidate) => candidate.accuracy !== null);
  const heldOut = evaluation?.accuracy
    ? ` Held-out accuracy ${percent(evaluation.accuracy)} at step ${whole(evaluation.step)}.`
    : "";
  return `Loss curve: ${lossText(last.loss)} at step ${whole(last.step)} of ${whole(totalSteps)}, verified to step ${whole(verifiedUntil(points))}.${heldOut}`;
}
