import { Builder } from "./builder";
import { bytesOf, int, numbersOf, type Value } from "./ir";
import { appendLoop, carriedOut } from "./loops";
import { countOf } from "./losses/loss";
import { NATIVE } from "./options";
import { rematerialise } from "./passes/rematerialise";
import { verify } from "./verify";
import { finish, learn, type Learned, type Run, type StepSurroundings } from "./step-graph";

/**
 * Appends an inner Loop that computes a batch in equal parts and adds up their gradients, so that activations take the
 * memory of one part. Running statistics go from part to part, as they do in PyTorch.
 */
export function accumulate(body: Builder, run: Run, around: StepSurroundings): Learned {
  const { options, roles } = run;
  const parts = options.accumulationSteps ?? 1;
  const inner = new Builder(body.scope);
  const part = inner.input(body.scope.fresh(), "int64", []);
  const condition = inner.input(body.scope.fresh(), "bool", []);
  const lossBefore = inner.input(body.scope.fresh(), "float32", []);
  const carry = (shape: readonly number[]): Value => inner.input(body.scope.fresh(), "float32", shape);
  const sums = [...roles.trained.values()].map(({ shape }) => carry(shape));
  const statistics = new Map([...roles.statistics].map(([name, { shape }]) => [name, carry(shape)]));
  const visible = (): ReadonlySet<Value> => new Set([...around.visible(), ...body.graph.inputs]);
  const whole = (name: string, dtype: Value["dtype"], shape: readonly number[]): Value =>
    around.rows(inner, name, dtype, [options.batchSize, ...shape.slice(1)]);
  let labels: Value | undefined;
  const learned = learn(
    inner,
    run,
    {
      mode: "training",
      batch: options.batchSize / parts,
      values: new Map([...around.carried, ...statistics]),
      feed: (name, dtype, shape) => {
        const rows = whole(name, dtype, shape);
        if (name === "labels") labels = rows;
        return inner.gather(inner.reshape(rows, [parts, ...shape]), part);
      },
      key: () => partKey(inner, around.key(inner), part),
    },
    visible,
    (count) => {
      const counted = labels === undefined ? undefined : countOf(inner, options.loss, labels);
      return counted ?? inner.scalar("float32", parts * (numbersOf(count.data ?? Float32Array.of(0))[0] ?? 0));
    },
  );
  const moved = [...statistics].map(([name, before]) => learned.statistics.get(name) ?? before);
  inner.graph.outputs = [
    condition,
    inner.add(lossBefore, learned.loss),
    ...learned.gradients.map((gradient, i) => inner.add(sums[i] ?? gradient, gradient)),
    ...moved,
  ];
  finish(inner.graph, inner.scope, visible(), { engine: options.engine ?? NATIVE, guarded: 1 });
  inner.graph.outputs[0] = inner.op("Cast", [condition], { to: int(9) });
  if (around.resultBudget !== undefined) {
    // The sums exist twice while a part makes the next ones.
    const sumBytes = sums.reduce((total, sum) => total + bytesOf(sum), 0);
    rematerialise(inner.graph, inner.scope, Math.max(0, around.resultBudget - sumBytes), condition);
    verify(inner.graph, "rematerialising", visible());
  }
  const initial = [
    body.scalar("float32", 0),
    ...sums.map(({ shape }) => body.filled("float32", shape, 0)),
    ...[...statistics.keys()].map((name) => around.carried.get(name) ?? body.scalar("float32", 0)),
  ];
  const outputs = initial.map((value) => carriedOut(body, value));
  appendLoop(body, inner.graph, body.scalar("int64", parts), initial, outputs);
  const [loss, ...rest] = outputs;
  if (loss === undefined) throw new TypeError("The loop over parts gives no loss.");
  const names = [...statistics.keys()];
  return {
    loss,
    flops: parts * learned.flops,
    gradients: rest.slice(0, sums.length),
    statistics: new Map(names.map((name, i) => [name, rest[sums.length + i] ?? loss])),
  };
}

/** A key of its own for each part of a step. */
const partKey = (b: Builder, key: Value, part: Value): Value =>
  b.op("Add", [b.op("Mul", [key, b.scalar("uint32", 0x2c1b3c6d)]), b.cast(part, "uint32")]);
