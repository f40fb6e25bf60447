import { Builder } from "./builder";
import { forwardFlops } from "./cost";
import type { Value } from "./ir";
import { evaluationSums } from "./losses/loss";
import { writeModel } from "./onnx/write";
import { NATIVE } from "./options";
import { averageName } from "./roles";
import { applyForward, finish, prepare, type Run } from "./step-graph";

/**
 * Builds the evaluation graph: the state's weights and a weighted batch in; sums of losses and of right predictions, and
 * the count of what they were summed over, out. With a moving average of the weights it is the average that is scored.
 */
export function buildEvaluation(run: Run): { model: Uint8Array; flops: number } {
  const { options, roles } = run;
  const b = new Builder();
  const named = (name: string) => (options.averageDecay === undefined ? name : averageName(name));
  const values = new Map<string, Value>([
    ...[...roles.trained].map(([name, { shape }]) => [name, b.input(named(name), "float32", shape)] as const),
    ...[...roles.statistics].map(([name, { shape }]) => [name, b.input(name, "float32", shape)] as const),
  ]);
  const { prediction, labels, adapters } = applyForward(b, run, {
    mode: "evaluation",
    batch: options.evaluationBatchSize,
    values,
    feed: (name, dtype, shape) => b.input(name, dtype, shape),
    key: () => {
      throw new TypeError("Nothing is left to chance in evaluation.");
    },
  });
  const weight = b.input("example_weight", "float32", [options.evaluationBatchSize]);
  const { lossSum, correct, counted } = evaluationSums(b, options.loss, prediction, labels, weight);
  b.graph.outputs = [lossSum, correct, counted];
  const { engine = NATIVE } = options;
  prepare(b.graph, b.scope, new Set(), adapters, roles.adapterScale, engine);
  const flops = forwardFlops(b.graph);
  finish(b.graph, b.scope, new Set(), { engine, guarded: 0 });
  const names = new Map(
    ["loss_sum", "correct", "counted"].flatMap((name, i) => {
      const output = b.graph.outputs[i];
      return output === undefined ? [] : [[output, name] as const];
    }),
  );
  return { model: writeModel(b.graph, { names }), flops };
}
