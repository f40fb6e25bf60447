import type uPlot from "uplot";
import { lossText, percent, whole } from "../format";

export interface ChartColours {
  readonly ink: string;
  readonly faint: string;
  readonly line: string;
  readonly proof: string;
  readonly wash: string;
  readonly paper: string;
  /** CSS font of the axis labels; a canvas does not resolve variables. */
  readonly font: string;
}

/** Colours of the theme in force, resolved for the canvas by an element that wears them. */
export function chartColours(element: HTMLElement): ChartColours {
  const probe = document.createElement("span");
  element.append(probe);
  const resolve = (name: string): string => {
    probe.style.color = `var(${name})`;
    return getComputedStyle(probe).color;
  };
  const colours = {
    ink: resolve("--ink"),
    faint: resolve("--ink-faint"),
    line: resolve("--line"),
    proof: resolve("--proof"),
    wash: resolve("--proof-wash"),
    paper: resolve("--surface"),
    font: `11px ${getComputedStyle(element).fontFamily}`,
  };
  probe.remove();
  return colours;
}

interface OptionsInput {
  readonly width: number;
  readonly height: number;
  readonly totalSteps: number;
  readonly logScale: boolean;
  readonly verifiedStep: () => number;
  readonly colours: ChartColours;
  readonly onCursor: (index: number | null) => void;
}

/** Room above the best accuracy, so that its dots do not touch the frame. */
const ACCURACY_HEADROOM = 0.02;

/** What uPlot draws: loss on the left, held-out accuracy on the right, a wash under everything that is verified. */
export function chartOptions(input: OptionsInput): uPlot.Options {
  const { width, height, totalSteps, logScale, colours, onCursor } = input;
  return {
    width,
    height,
    legend: { show: false },
    cursor: { y: false, points: { size: 7 }, drag: { x: true, y: false } },
    scales: {
      x: {
        time: false,
        range: (_chart, min, max) => (min === max ? [0, totalSteps] : [min <= 1 ? 0 : min, Math.max(max, 1)]),
      },
      loss: {
        distr: logScale ? 3 : 1,
        ...(logScale ? {} : { range: (_chart: uPlot, min: number, max: number) => lossRange(min, max) }),
      },
      accuracy: { range: (_chart, min) => [Math.max(0, Math.min(min, 0.95) - ACCURACY_HEADROOM), 1] },
    },
    axes: axes(colours),
    series: series(colours),
    hooks: {
      drawClear: [(chart) => washVerified(chart, input.verifiedStep(), colours.wash)],
      setCursor: [(chart) => onCursor(chart.cursor.idx ?? null)],
    },
  };
}

function lossRange(min: number | null, max: number | null): [number, number] {
  if (min === null || max === null) return [0, 1];
  return [min > 0 ? 0 : min, max + (max - min) * 0.05];
}

function axes(colours: ChartColours): uPlot.Axis[] {
  const common = { stroke: colours.faint, font: colours.font, ticks: { stroke: colours.line, width: 1, size: 4 } };
  const grid = { stroke: colours.line, width: 1 };
  return [
    { ...common, grid: { show: false }, size: 32, values: (_chart, splits) => splits.map(whole) },
    {
      ...common,
      scale: "loss",
      grid,
      size: 52,
      values: (_chart, splits) => splits.map((value) => (value === null ? "" : axisLoss(value))),
    },
    {
      ...common,
      scale: "accuracy",
      side: 1,
      grid: { show: false },
      size: 46,
      values: (_chart, splits) => splits.map((value) => percent(value, 0)),
    },
  ];
}

function axisLoss(value: number): string {
  return value === 0 ? "0" : String(Number(value.toPrecision(3)));
}

function series(colours: ChartColours): uPlot.Series[] {
  const line = {
    scale: "loss",
    points: { show: false },
    value: (_chart: uPlot, value: number | null) => (value === null ? "" : lossText(value)),
  };
  const dots = { scale: "accuracy", paths: () => null };
  return [
    {},
    { ...line, label: "raw", stroke: translucent(colours.faint), width: 1, spanGaps: true },
    { ...line, label: "verified", stroke: colours.proof, width: 2 },
    { ...line, label: "unverified", stroke: colours.proof, width: 1.5, dash: [4, 4] },
    {
      ...dots,
      label: "accuracy, verified",
      points: { show: true, size: 6, width: 1.5, stroke: colours.ink, fill: colours.ink },
    },
    {
      ...dots,
      label: "accuracy, unverified",
      points: { show: true, size: 6, width: 1.5, stroke: colours.ink, fill: colours.paper },
    },
  ];
}

function translucent(rgb: string): string {
  return rgb.replace(/^rgb\((.*)\)$/, "rgba($1, 0.35)");
}

function washVerified(chart: uPlot, verifiedStep: number, wash: string): void {
  if (verifiedStep <= 0) return;
  const { left, top, height } = chart.bbox;
  const to = Math.min(chart.valToPos(verifiedStep, "x", true), left + chart.bbox.width);
  if (to <= left) return;
  chart.ctx.save();
  chart.ctx.fillStyle = wash;
  chart.ctx.globalAlpha = 0.55;
  chart.ctx.fillRect(left, top, to - left, height);
  chart.ctx.restore();
}
