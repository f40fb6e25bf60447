import { intAttribute } from "../ir";
import { misfit, unsupported } from "../refusal";
import { dim } from "../shape";
import { composed } from "./families/composed";
import { activationsOf, recurrentAttributes, recurrentLimits, unrolled } from "./families/recurrent";

/** c' = f c + i g(...), h' = o tanh c', with the gates in the order input, output, forget, cell; unrolled. */
export const lstm = composed(
  "LSTM",
  {
    inputs: [3, 8],
    attributes: { ...recurrentAttributes, input_forget: "int" },
    limits: `${recurrentLimits} No peepholes and no coupled gates.`,
  },
  (reading) => {
    if (reading.inputs[7] !== undefined)
      unsupported("LSTM with peepholes is not supported.", "Use an LSTM without peepholes.");
    if (intAttribute(reading, "input_forget", 0) !== 0)
      unsupported("LSTM with coupled input and forget gates is not supported.", "Use input_forget = 0.");
    const [gate, candidate, output] = activationsOf(reading, ["Sigmoid", "Tanh", "Tanh"]);
    if (gate === undefined || candidate === undefined || output === undefined) misfit("LSTM has no activations.");
    return unrolled(reading, {
      gates: 4,
      initial: [5, 6],
      biasApart: false,
      step: ({ b, projected, recurrent, state: [hidden, cell] }) => {
        if (hidden === undefined || cell === undefined) return [];
        const size = dim(hidden.shape, 1);
        // The three gates share their function, so they go through it together.
        const [gates, fresh] = b.split(b.gemm(hidden, recurrent, projected, { transB: true }), [3 * size, size], 1);
        if (gates === undefined || fresh === undefined) return [];
        const [i, o, f] = b.split(gate(gates), [size, size, size], 1);
        if (i === undefined || o === undefined || f === undefined) return [];
        const next = b.add(b.mul(f, cell), b.mul(i, candidate(fresh)));
        return [b.mul(o, output(next)), next];
      },
    });
  },
);
