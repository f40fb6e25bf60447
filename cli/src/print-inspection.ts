import type { Inspection } from "./inspect";

const VERDICTS = { rule: "gradient", none: "no gradient needed", refused: "refused" } as const;

/** An inspection as people read it. */
export function printInspection(file: string, { report, estimate, refusal }: Inspection): string {
  const ports = (list: typeof report.inputs): string =>
    list.map(({ name, dtype, shape }) => `${name} ${dtype} [${shape.join(", ")}]`).join("; ");
  const lines = [
    file,
    "",
    row("Inputs", ports(report.inputs)),
    row("Outputs", ports(report.outputs)),
    row("Parameters", `${whole(report.parameterCount)} trainable in ${whole(report.weights.length)} weights`),
    row("Nodes", `${whole(report.nodeCount)} of ${report.operators.length} operators`),
  ];
  if (estimate !== null) {
    lines.push(
      row("A step", `batch ${estimate.batchSize}, ${estimate.loss}, ${estimate.optimizer}, ${estimate.precision}`),
      row("Arithmetic", `${scaled(estimate.flopsPerStep, ["FLOP", "kFLOP", "MFLOP", "GFLOP", "TFLOP"], 1000)} a step`),
      row("State", scaled(estimate.stateBytes, BYTES, 1024)),
      row("Peak memory", `${scaled(estimate.peakMemoryBytes, BYTES, 1024)} beyond the runtime itself`),
    );
  }
  lines.push("", "Operators");
  const width = Math.max(...report.operators.map(({ op }) => op.length), 0);
  for (const { op, count, gradient } of report.operators)
    lines.push(`  ${op.padEnd(width)}  ${whole(count).padStart(6)}  ${VERDICTS[gradient]}`);
  lines.push("", ...verdict({ report, estimate, refusal }));
  return `${lines.join("\n")}\n`;
}

const BYTES = ["B", "KiB", "MiB", "GiB", "TiB"];

function verdict({ report, refusal }: Inspection): string[] {
  if (refusal !== null) return ["It cannot be trained so:", `  ${refusal.reason}`, `  ${refusal.fix}`];
  if (report.unsupported.length === 0) return ["It can be trained."];
  return [
    `It cannot be trained: ${report.unsupported.length === 1 ? "one node stands" : `${report.unsupported.length} nodes stand`} in the way.`,
    ...report.unsupported.flatMap(({ reason, fix }) => [`  ${reason}`, `    ${fix}`]),
  ];
}

const row = (label: string, text: string): string => `${label.padEnd(12)} ${text}`;

const whole = (value: number): string => value.toLocaleString("en-US");

function scaled(value: number, units: readonly string[], base: number): string {
  let [rest, at] = [value, 0];
  while (rest >= base && at < units.length - 1) [rest, at] = [rest / base, at + 1];
  return `${rest.toFixed(at === 0 || rest >= 100 ? 0 : 1)} ${units[at] ?? ""}`;
}
