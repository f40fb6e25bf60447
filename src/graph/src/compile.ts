import { segmentPeakBytes } from "./cost";
import { buildEvaluation } from "./evaluation";
import { examineModel } from "./examine-model";
import { exampleBatch } from "./forward-graph";
import type { Unsupported } from "./import-forward";
import { bytesOf } from "./ir";
import type { ForwardModel } from "./onnx/model";
import { readModel } from "./onnx/read";
import { scheduleTable } from "./optimizers/schedule";
import { checkOptions, widthsOf, type Tensor, type TrainingOptions } from "./options";
import { GraphRefusal } from "./refusal";
import { reportStructure, type ModelReport, type StructureReport, type WeightReport } from "./report";
import { assignRoles } from "./roles";
import { buildSegment } from "./segment";
import { asTensors, initialTensors } from "./state";

/** Everything a job needs to train: graphs, initial state, schedule, and what it costs. */
export interface CompiledTraining {
  /** Inputs: steps, every state tensor, schedule [K, S], data.<input> [K, B, ...], labels [K, B, ...]. Outputs: next.<state>, loss [K]. */
  segmentModel: Uint8Array;
  /** Inputs: weights and statistics of the state, data.<input> [E, ...], labels [E, ...], example_weight [E]. Outputs: loss_sum, correct, counted. */
  evaluationModel: Uint8Array;
  /** Everything that travels from step to step, sorted by name in code-unit order. */
  initialState: Tensor[];
  /** The tensors that the optimizer updates: weights of the model, or adapters. */
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
  const part = options.batchSize / (options.accumulationSteps ?? 1);
  refuseStrayBindings(model, options);
  const examined = examineModel(model, part, options.loss.output ?? model.outputs[0]?.name);
  const roles = assignRoles(model, examined, options);
  const run = { model, options, roles };
  const state = initialTensors(roles, options);
  const segment = buildSegment(run, state);
  const evaluation = buildEvaluation(run);
  const stateBytes = [...state.values()].reduce((sum, literal) => sum + bytesOf(literal), 0);
  const stepBytes = segment.stepDataShapes.reduce((sum, value) => sum + bytesOf(value), 0);
  const peakMemoryBytes = segmentPeakBytes(segment.body, stateBytes, stepBytes, widthsOf(options));
  refuseExcess(peakMemoryBytes, options.memoryBudgetBytes);
  const schedule = scheduleTable(options, roles.usesChance ? (options.seed ?? 0) : undefined);
  return {
    segmentModel: segment.model,
    evaluationModel: evaluation.model,
    initialState: asTensors(state),
    parameterNames: [...roles.trained.keys()],
    schedule: schedule.bytes,
    scheduleWidth: schedule.width,
    report: {
      ...reportStructure(model, [...roles.trained.values()], []),
      flopsPerStep: segment.flops,
      stateBytes,
      peakMemoryBytes,
      evaluationFlopsPerBatch: evaluation.flops,
    },
  };
}

function refuseStrayBindings(model: ForwardModel, options: TrainingOptions): void {
  const stray = options.inputs.find(({ input }) => !model.inputs.some(({ name }) => name === input));
  if (stray === undefined) return;
  throw new GraphRefusal("graph/inputs", {
    reason: `The model has no input "${stray.input}" to bind data to.`,
    fix: `Bind its own inputs: ${model.inputs.map(({ name }) => name).join(", ")}.`,
  });
}

function refuseExcess(peak: number, budget: number | undefined): void {
  if (budget === undefined || peak <= budget) return;
  const mebibytes = (bytes: number): string => `${Math.ceil(bytes / 1024 ** 2)} MiB`;
  throw new GraphRefusal("graph/memory", {
    reason: `A step takes ${mebibytes(peak)} even when all that can be is computed again; the budget is ${mebibytes(budget)}.`,
    fix: "Lower the batch size, compute the batch in more parts, or choose an optimizer with a smaller state.",
  });
}

/** A model as it is before anything is chosen: what it consists of, and which weights can be trained. */
export interface InspectedModel extends StructureReport {
  weights: WeightReport[];
}

/** What an ONNX file holds and what of it cannot be trained. Throws GraphRefusal only for bytes that are no readable, safe model. */
export function inspectModel(forward: Uint8Array): InspectedModel {
  const model = readModel(forward);
  const unsupported: Unsupported[] = [];
  try {
    const { trainable, products } = examineModel(model, exampleBatch(model), undefined, unsupported);
    const weights = trainable.flatMap((name) => model.initializers.get(name) ?? []);
    return {
      ...reportStructure(model, weights, unsupported),
      weights: trainable.map((name, i) => ({
        name,
        shape: [...(weights[i]?.shape ?? [])],
        adaptable: products.has(name),
      })),
    };
  } catch (error) {
    if (!(error instanceof GraphRefusal)) throw error;
    unsupported.push({ node: error.node ?? "", op: error.op ?? "", reason: error.reason, fix: error.fix });
    return { ...reportStructure(model, [], unsupported), weights: [] };
  }
}
