import { buildEvaluation } from "./evaluation";
import { byCodeUnit, trainableNames } from "./forward-graph";
import type { Unsupported } from "./import-forward";
import { bytesOf, type Literal } from "./ir";
import { flopsOf, segmentPeakBytes } from "./cost";
import { readModel } from "./onnx/read";
import { momentNames, SCALARS_PER_STEP } from "./optimizers/adamw";
import { scheduleTable } from "./optimizers/schedule";
import { checkOptions, type Tensor, type TrainingOptions } from "./options";
import { GraphRefusal } from "./refusal";
import { reportStructure, type ModelReport, type StructureReport } from "./report";
import { buildSegment } from "./segment";

/** Everything a job needs to train: graphs, initial state, schedule, and what it costs. */
export interface CompiledTraining {
  /** Inputs: steps, every state tensor, schedule [K, S], data.<input> [K, B, ...], labels [K, B, ...]. Outputs: next.<state>, loss [K]. */
  segmentModel: Uint8Array;
  /** Inputs: the parameters, data.<input> [E, ...], labels [E, ...], weight [E]. Outputs: loss_sum, correct. */
  evaluationModel: Uint8Array;
  /** Parameters and moments, sorted by name in code-unit order. */
  initialState: Tensor[];
  parameterNames: string[];
  /** float32 [totalSteps, scheduleWidth], little-endian. */
  schedule: Uint8Array;
  scheduleWidth: number;
  report: ModelReport;
}

/** Derives the training graphs of a forward model. Throws GraphRefusal with the node, the reason and the way out. */
export function compileTraining(forward: Uint8Array, options: TrainingOptions): CompiledTraining {
  checkOptions(options);
  const model = readModel(forward);
  const parameterNames = trainableNames(model, options.batchSize, options.loss.output ?? model.outputs[0]?.name);
  const parameters = new Map<string, Literal>(
    parameterNames.flatMap((name) => {
      const literal = model.initializers.get(name);
      return literal === undefined ? [] : [[name, literal] as const];
    }),
  );
  if (parameters.size === 0) {
    throw new GraphRefusal("graph/no-parameters", {
      reason: "The model has no weights that the output depends on by a differentiable path.",
      fix: "Export with the weights stored as initializers (export_params=True), and choose the right output.",
    });
  }
  refuseReservedNames(parameterNames);
  const segment = buildSegment(model, options, parameters);
  const evaluation = buildEvaluation(model, options, parameters);
  const initialState = stateOf(parameters);
  const stateBytes = initialState.reduce((sum, { data }) => sum + data.length, 0);
  const stepBytes = segment.stepDataShapes.reduce((sum, value) => sum + bytesOf(value), 0);
  return {
    segmentModel: segment.model,
    evaluationModel: evaluation.model,
    initialState,
    parameterNames,
    schedule: scheduleTable(options.optimizer, options.schedule, options.totalSteps),
    scheduleWidth: SCALARS_PER_STEP,
    report: {
      ...reportStructure(model, parameterNames, []),
      flopsPerStep: flopsOf(segment.body),
      stateBytes,
      peakMemoryBytes: segmentPeakBytes(segment.body, stateBytes, stepBytes),
      evaluationFlopsPerBatch: flopsOf(evaluation.graph),
    },
  };
}

/** Batch that stands in for a symbolic one while a model is looked at. */
const INSPECTION_BATCH = 2;

/** What an ONNX file holds and what of it cannot be trained. Throws GraphRefusal only for bytes that are no readable, safe model. */
export function inspectModel(forward: Uint8Array): StructureReport {
  const model = readModel(forward);
  const unsupported: Unsupported[] = [];
  const fixed = model.inputs.map(({ shape }) => shape[0]).find((size) => typeof size === "number");
  const batch = typeof fixed === "number" ? fixed : INSPECTION_BATCH;
  try {
    return reportStructure(model, trainableNames(model, batch, undefined, unsupported), unsupported);
  } catch (error) {
    if (!(error instanceof GraphRefusal)) throw error;
    unsupported.push({ node: error.node ?? "", op: error.op ?? "", reason: error.reason, fix: error.fix });
    return reportStructure(model, [], unsupported);
  }
}

function stateOf(parameters: ReadonlyMap<string, Literal>): Tensor[] {
  const tensors = [...parameters].flatMap(([name, { shape, data }]): Tensor[] => {
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength).slice();
    const moments = momentNames(name).map((moment): Tensor => ({
      name: moment,
      dtype: "float32",
      shape,
      data: new Uint8Array(bytes.length),
    }));
    return [{ name, dtype: "float32", shape, data: bytes }, ...moments];
  });
  return tensors.sort((a, b) => byCodeUnit(a.name, b.name));
}

/** Names of weights that would collide with a port of the emitted graphs. */
function refuseReservedNames(names: readonly string[]): void {
  const reserved = names.find(
    (name) =>
      ["steps", "schedule", "labels", "weight", "loss", "loss_sum", "correct"].includes(name) ||
      /^(data|next|adam)\./.test(name),
  );
  if (reserved === undefined) return;
  throw new GraphRefusal("graph/reserved-name", {
    reason: `A weight is called "${reserved}", a name that the training graph uses itself.`,
    fix: "Rename it in the model.",
  });
}
