import { intAttribute, type Value } from "../ir";
import { misfit } from "../refusal";
import { dim } from "../shape";
import { composed } from "./families/composed";
import { activationsOf, recurrentAttributes, recurrentLimits, unrolled, type Step } from "./families/recurrent";

/** h' = (1 - z) n + z h with the gates in the order update, reset, new; unrolled. */
export const gru = composed(
  "GRU",
  {
    inputs: [3, 6],
    attributes: { ...recurrentAttributes, linear_before_reset: "int" },
    limits: recurrentLimits,
  },
  (reading) => {
    const [gate, candidate] = activationsOf(reading, ["Sigmoid", "Tanh"]);
    if (gate === undefined || candidate === undefined) misfit("GRU has no activations.");
    const resetsAfter = intAttribute(reading, "linear_before_reset", 0) === 1;
    return unrolled(reading, {
      gates: 3,
      initial: [5],
      biasApart: true,
      step: (step) => {
        const [hidden] = step.state;
        if (hidden === undefined) return [];
        const { b } = step;
        const { update, fresh } = resetsAfter
          ? afterProduct(step, hidden, gate, candidate)
          : beforeProduct(step, hidden, gate, candidate);
        // (1 - z) n + z h = n + z (h - n)
        return [b.add(fresh, b.mul(update, b.sub(hidden, fresh)))];
      },
    });
  },
);

type Activation = (x: Value) => Value;
interface Parts {
  readonly update: Value;
  readonly fresh: Value;
}

/** The reset gate scales the product with the recurrent weights, as PyTorch has it: one product a step. */
function afterProduct(step: Step, hidden: Value, gate: Activation, candidate: Activation): Parts {
  const { b, projected, recurrent, bias } = step;
  const size = dim(hidden.shape, 1);
  const [zrx, nx] = b.split(projected, [2 * size, size], 1);
  const [zrh, nh] = b.split(b.gemm(hidden, recurrent, bias, { transB: true }), [2 * size, size], 1);
  if (zrx === undefined || nx === undefined || zrh === undefined || nh === undefined) misfit("GRU has no gates.");
  const [update, reset] = b.split(gate(b.add(zrx, zrh)), [size, size], 1);
  if (update === undefined || reset === undefined) misfit("GRU has no gates.");
  return { update, fresh: candidate(b.add(nx, b.mul(reset, nh))) };
}

/** The reset gate scales the hidden state before its product: two products a step. */
function beforeProduct(step: Step, hidden: Value, gate: Activation, candidate: Activation): Parts {
  const { b, projected, recurrent, bias } = step;
  const size = dim(hidden.shape, 1);
  const sums = bias === undefined ? projected : b.add(projected, bias);
  const [gates, n] = b.split(sums, [2 * size, size], 1);
  const [forGates, forNew] = b.split(recurrent, [2 * size, size], 0);
  if (gates === undefined || n === undefined || forGates === undefined || forNew === undefined)
    misfit("GRU has no gates.");
  const [update, reset] = b.split(gate(b.gemm(hidden, forGates, gates, { transB: true })), [size, size], 1);
  if (update === undefined || reset === undefined) misfit("GRU has no gates.");
  return { update, fresh: candidate(b.gemm(b.mul(reset, hidden), forNew, n, { transB: true })) };
}
