import { composed } from "./families/composed";
import { activationsOf, recurrentAttributes, recurrentLimits, unrolled } from "./families/recurrent";

/** h' = f(x W + h R + bias), unrolled. */
export const rnn = composed(
  "RNN",
  { inputs: [3, 6], attributes: recurrentAttributes, limits: recurrentLimits },
  (reading) => {
    const [activation = (x) => x] = activationsOf(reading, ["Tanh"]);
    return unrolled(reading, {
      gates: 1,
      initial: [5],
      biasApart: false,
      step: ({ b, projected, recurrent, state: [hidden] }) =>
        hidden === undefined ? [] : [activation(b.gemm(hidden, recurrent, projected, { transB: true }))],
    });
  },
);
