import type { Unsupported } from "./import-forward";
import type { Literal, StoredType } from "./ir";
import type { ForwardModel, ForwardPort } from "./onnx/model";
import { findOperator } from "./ops";
import { gradientVerdict } from "./ops/operator";

/** A port of the forward model; text in the shape is a symbolic dimension. */
export interface PortReport {
  name: string;
  dtype: StoredType;
  shape: (number | string)[];
}

/** What a model consists of, what training it costs, and what stands in the way. */
export interface ModelReport {
  operators: { op: string; count: number; gradient: "rule" | "none" | "refused" }[];
  /** Trainable numbers. */
  parameterCount: number;
  nodeCount: number;
  inputs: PortReport[];
  outputs: PortReport[];
  /** Of matrix products and convolutions, forward and backward; what else a step does is not counted. */
  flopsPerStep: number;
  /** Everything that travels from step to step, in bytes. */
  stateBytes: number;
  /** Estimate for a run of the segment beyond the runtime itself. */
  peakMemoryBytes: number;
  evaluationFlopsPerBatch: number;
  unsupported: { node: string; op: string; reason: string; fix: string }[];
}

/** A weight that can be trained. */
export interface WeightReport {
  name: string;
  shape: number[];
  /** Whether a low-rank adapter can stand beside it. */
  adaptable: boolean;
}

export type StructureReport = Pick<
  ModelReport,
  "operators" | "parameterCount" | "nodeCount" | "inputs" | "outputs" | "unsupported"
>;

/** The part of a report that needs no training options. */
export function reportStructure(
  model: ForwardModel,
  trained: readonly Literal[],
  unsupported: readonly Unsupported[],
): StructureReport {
  const counts = new Map<string, number>();
  for (const { op } of model.nodes) counts.set(op, (counts.get(op) ?? 0) + 1);
  const port = ({ name, dtype, shape }: ForwardPort): PortReport => ({ name, dtype, shape: [...shape] });
  return {
    operators: [...counts]
      .map(([op, count]) => ({ op, count, gradient: verdict(op) }))
      .sort((a, b) => b.count - a.count || (a.op < b.op ? -1 : 1)),
    parameterCount: trained.reduce((sum, { data }) => sum + data.length, 0),
    nodeCount: model.nodes.length,
    inputs: model.inputs.map(port),
    outputs: model.outputs.map(port),
    unsupported: unsupported.map((each) => ({ ...each })),
  };
}

function verdict(op: string): "rule" | "none" | "refused" {
  const operator = findOperator(op);
  return operator === undefined || operator.allowed !== "buyer" ? "refused" : gradientVerdict(operator);
}
