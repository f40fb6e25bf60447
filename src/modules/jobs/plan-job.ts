import { randomBytes, randomInt } from "node:crypto";
import { compileTraining, inspectModel, type ModelReport } from "@trainyard/graph";
import {
  DatasetSplit,
  encodeSafetensors,
  heldOutCount,
  STANDARD_ENGINES,
  stateRoot,
  type JobSpec,
} from "@trainyard/protocol";
import { assert, NotFound, type Context } from "@/kernel";
import { bindDataset } from "./bind-dataset";
import { refusingGraphs } from "./errors";
import { MODEL_BYTES_MAX } from "./inspect-uploaded-model";
import { PlanInput, type LossKind, type TrainingChoices } from "./inputs";
import { nativeSha256 } from "./native-sha256";
import { readUpload } from "./read-upload";
import { findDataset } from "./store/datasets";
import { TEMPLATES } from "./templates";
import { OWN_MODEL_DEFAULTS, trainingOptions } from "./training-options";

/** A job worked out in full, before anything is stored. */
export interface JobPlan {
  readonly training: TrainingChoices;
  readonly loss: LossKind;
  readonly report: ModelReport;
  readonly segmentCount: number;
  /** Training and the evaluation at its end, FLOPs. */
  readonly flopsPerSegment: number;
  readonly template: string;
  readonly datasetId: string;
  /** Stores the plan's blobs and returns the specification that names them. */
  store(): Promise<JobSpec>;
}

const EVALUATION_BATCH = 250;
const EVALUATION_TOKEN_BATCH = 32;

/** Compiles a job from a template or an uploaded model, a dataset and choices. Stores nothing. */
export async function planJob(ctx: Context, organisationId: string, input: PlanInput): Promise<JobPlan> {
  const { source, training: chosen = {} } = PlanInput.parse(input);
  const template = source.kind === "template" ? TEMPLATES.find((t) => t.id === source.template) : undefined;
  const forward =
    template?.buildModel() ??
    (source.kind === "model" ? await readUpload(ctx, source.modelBlob, MODEL_BYTES_MAX) : undefined);
  assert(forward !== undefined, "the input's template is one of TEMPLATES");
  const loss = source.kind === "model" ? source.loss : "crossEntropy";
  const datasetId = source.kind === "model" ? source.datasetId : (template?.datasetId ?? "");
  const dataset = await findDataset(ctx.database.reader, datasetId, organisationId);
  if (dataset === null) throw new NotFound("dataset", datasetId);
  const training = completed(template?.defaults ?? OWN_MODEL_DEFAULTS, chosen);
  const splits = { train: DatasetSplit.parse(dataset.train), heldOut: DatasetSplit.parse(dataset.heldOut) };
  const inspected = refusingGraphs(() => inspectModel(forward));
  const inputScale = source.kind === "model" ? (source.inputScale ?? null) : (template?.inputScale ?? null);
  const bound = bindDataset(splits, inspected.inputs, { batchSize: training.batchSize, inputScale });
  const evaluationBatchSize = Math.min(
    heldOutCount(bound.heldOut),
    bound.heldOut.kind === "tokens" ? EVALUATION_TOKEN_BATCH : EVALUATION_BATCH,
  );
  const compiled = refusingGraphs(() =>
    compileTraining(forward, {
      // The labels of a text's windows are the tokens after theirs already; shifting them again would skip one.
      ...trainingOptions(
        training,
        bound.train.kind === "tokens" && loss === "nextToken" ? "crossEntropy" : loss,
        bound.labels,
      ),
      inputs: bound.inputs,
      seed: randomInt(2 ** 32 - 1),
      evaluationBatchSize,
    }),
  );
  const evaluationFlops =
    compiled.report.evaluationFlopsPerBatch * Math.ceil(heldOutCount(bound.heldOut) / evaluationBatchSize);
  const segmentCount = training.totalSteps / training.stepsPerSegment;
  return {
    training,
    loss,
    report: compiled.report,
    segmentCount,
    flopsPerSegment: compiled.report.flopsPerStep * training.stepsPerSegment + evaluationFlops,
    template: template?.id ?? "own-model",
    datasetId,
    async store() {
      return {
        version: 1,
        segmentModel: await ctx.blobs.put(compiled.segmentModel),
        evaluationModel: await ctx.blobs.put(compiled.evaluationModel),
        forwardModel: await ctx.blobs.put(forward),
        schedule: await ctx.blobs.put(compiled.schedule),
        scheduleWidth: compiled.scheduleWidth,
        initialState: await ctx.blobs.put(encodeSafetensors(compiled.initialState)),
        initialStateRoot: stateRoot(compiled.initialState, nativeSha256),
        train: bound.train,
        heldOut: bound.heldOut,
        batchSize: training.batchSize,
        evaluationBatchSize,
        stepsPerSegment: training.stepsPerSegment,
        segmentCount,
        seed: randomBytes(16).toString("hex"),
        engine: STANDARD_ENGINES[training.engine],
      };
    },
  };
}

/** A warm-up that nobody chose takes at most this share of the steps, so that a short run is more than warm-up. */
const WARMUP_SHARE_MAX = 0.1;

/**
 * What was chosen, with defaults for the rest. Steps are rounded up to whole segments: a segment is what is committed,
 * audited and paid.
 */
function completed(defaults: TrainingChoices, chosen: NonNullable<PlanInput["training"]>): TrainingChoices {
  const training = { ...defaults, ...defined(chosen) };
  const stepsPerSegment = Math.min(training.stepsPerSegment, training.totalSteps);
  const totalSteps = Math.ceil(training.totalSteps / stepsPerSegment) * stepsPerSegment;
  const warmupMax = chosen.warmupSteps === undefined ? Math.ceil(totalSteps * WARMUP_SHARE_MAX) : totalSteps;
  return { ...training, stepsPerSegment, totalSteps, warmupSteps: Math.min(training.warmupSteps, warmupMax) };
}

function defined(choices: { [K in keyof TrainingChoices]?: TrainingChoices[K] | undefined }): Partial<TrainingChoices> {
  return Object.fromEntries(Object.entries(choices).filter(([, value]) => value !== undefined));
}
