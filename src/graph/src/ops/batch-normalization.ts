import { float, floatAttribute, intAttribute, type Value } from "../ir";
import { misfit, unsupported } from "../refusal";
import { dim } from "../shape";
import { input, perElement, type Operator, type Reading } from "./operator";

/**
 * Exported in training mode it normalises with the statistics of the batch and moves the running ones, which become part
 * of the state: running' = running * momentum + batch * (1 - momentum), with the population variance as ONNX defines it.
 * Exported in evaluation mode, or with frozen statistics, it uses the stored ones and they stay as they are.
 */
export const batchNormalization: Operator = {
  name: "BatchNormalization",
  allowed: "buyer",
  inputs: [5, 5],
  attributes: { epsilon: "float", momentum: "float", training_mode: "int", spatial: "int" },
  read(reading) {
    const { attributes, readCount } = reading;
    const mean = input(reading, 3);
    if (input(reading, 0).shape.length < 2) misfit("BatchNormalization needs a batch and a channel axis.");
    const trains = intAttribute({ attributes }, "training_mode", 0) === 1;
    if (!trains && readCount > 1) misfit("BatchNormalization in evaluation mode has one output only.");
    const frozen = mean.data !== undefined || input(reading, 4).data !== undefined;
    if (trains && reading.effects.mode === "training" && !frozen) return withBatchStatistics(reading);
    return [withStoredStatistics(reading), mean, input(reading, 4)];
  },
  infer: () => misfit("BatchNormalization becomes arithmetic on reading."),
  gradient: ({ dy }) => [dy],
  cost: perElement(4),
};

function withBatchStatistics(reading: Reading): readonly Value[] {
  const { b, attributes, effects } = reading;
  const [x, scale, bias, mean, variance] = [0, 1, 2, 3, 4].map((index) => input(reading, index));
  if (x === undefined || mean === undefined || variance === undefined) misfit("BatchNormalization lacks an input.");
  const epsilon = float(floatAttribute({ attributes }, "epsilon", 1e-5));
  const [y, batchMean, batchVariance] = b.node("BatchStatisticsNormalization", [x, scale, bias], { epsilon }, 3);
  if (y === undefined || batchMean === undefined || batchVariance === undefined)
    misfit("BatchNormalization lost its statistics.");
  const momentum = floatAttribute({ attributes }, "momentum", 0.9);
  const moved = (running: Value, batch: Value) => b.add(b.scale(running, momentum), b.scale(batch, 1 - momentum));
  const [nextMean, nextVariance] = [moved(mean, batchMean), moved(variance, batchVariance)];
  effects.update(mean, nextMean);
  effects.update(variance, nextVariance);
  return [y, nextMean, nextVariance];
}

function withStoredStatistics(reading: Reading): Value {
  const { b, attributes } = reading;
  const x = input(reading, 0);
  const column = (index: number): Value =>
    b.reshape(input(reading, index), [dim(x.shape, 1), ...x.shape.slice(2).map(() => 1)]);
  const stored = (index: number): Value => {
    const value = column(index);
    const from = input(reading, index);
    if (from.data === undefined && from.initial === undefined && from.producer !== undefined)
      unsupported("BatchNormalization has computed statistics.", "Export with stored statistics.");
    // Statistics of a model in evaluation mode get no gradient even where they could be trained.
    return from.initial === undefined
      ? value
      : b.reshape(b.constant(from.dtype, from.shape, from.initial), value.shape);
  };
  const deviation = b.op("Sqrt", [b.shift(stored(4), floatAttribute({ attributes }, "epsilon", 1e-5))]);
  return b.add(b.mul(b.div(b.sub(x, stored(3)), deviation), column(1)), column(2));
}
