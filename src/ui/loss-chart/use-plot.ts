"use client";

import { useEffect, useRef, useState } from "react";
import uPlot from "uplot";
import { chartColours, chartOptions, type ChartColours } from "./chart-options";
import type { ChartColumns } from "./series";

interface PlotInput {
  readonly columns: ChartColumns;
  readonly totalSteps: number;
  readonly verifiedStep: number;
  readonly logScale: boolean;
  readonly height: number;
  readonly onCursor: (index: number | null) => void;
}

/** Keeps one uPlot in an element: made anew when theme or scale change, fed in place when data do, resized with its element. */
export function usePlot(input: PlotInput) {
  const host = useRef<HTMLDivElement>(null);
  const plot = useRef<{ chart: uPlot; colours: ChartColours } | null>(null);
  const latest = useRef(input);
  useEffect(() => {
    latest.current = input;
  });
  const themeTick = useThemeTick();
  const { columns, totalSteps, verifiedStep, logScale, height } = input;

  useEffect(() => {
    const element = host.current;
    if (element === null) return;
    const colours = chartColours(element);
    const options = chartOptions({
      width: element.clientWidth,
      height,
      totalSteps,
      logScale,
      colours,
      verifiedStep: () => latest.current.verifiedStep,
      onCursor: (index) => latest.current.onCursor(index),
    });
    const chart = new uPlot(options, plotData(latest.current.columns), element);
    plot.current = { chart, colours };
    const observer = new ResizeObserver(() => chart.setSize({ width: element.clientWidth, height }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      chart.destroy();
      plot.current = null;
    };
  }, [height, logScale, themeTick, totalSteps]);

  useEffect(() => {
    const chart = plot.current?.chart;
    if (chart === undefined) return;
    const [from, to] = [chart.scales.x?.min, chart.scales.x?.max];
    const last = chart.data[0].at(-1);
    const zoomed = from !== undefined && to !== undefined && last !== undefined && (from > 1 || to < last);
    chart.setData(plotData(columns), !zoomed);
    if (zoomed) chart.redraw();
  }, [columns, verifiedStep]);

  return { host, plot };
}

function plotData(columns: ChartColumns): uPlot.AlignedData {
  const { steps, raw, verified, unverified, accuracyVerified, accuracyUnverified } = columns;
  return [steps, raw, verified, unverified, accuracyVerified, accuracyUnverified];
}

/** Counts changes of the theme, by the toggle or by the system. */
function useThemeTick(): number {
  const [tick, setTick] = useState(0);
  useEffect(() => {
    const changed = (): void => setTick((before) => before + 1);
    const system = window.matchMedia("(prefers-color-scheme: dark)");
    system.addEventListener("change", changed);
    window.addEventListener("themechange", changed);
    return () => {
      system.removeEventListener("change", changed);
      window.removeEventListener("themechange", changed);
    };
  }, []);
  return tick;
}
