import { intAttribute, knownNumbers, sizeOf } from "../ir";
import { misfit, unsupported } from "../refusal";
import { checkTable, dim } from "../shape";
import { composed } from "./families/composed";
import { input } from "./operator";

/** Reverses the first elements of every sequence of a batch: one Gather of steps by constant places. */
export const reverseSequence = composed(
  "ReverseSequence",
  {
    inputs: [2, 2],
    attributes: { batch_axis: "int", time_axis: "int" },
    limits: "Sequence lengths must be constant.",
  },
  (reading) => {
    const { b } = reading;
    const x = input(reading, 0);
    const lengths =
      knownNumbers(reading.inputs[1]) ??
      unsupported("ReverseSequence has computed lengths.", "Use sequences of constant length.");
    const timeFirst = intAttribute(reading, "time_axis", 0) === 0;
    if (intAttribute(reading, "batch_axis", 1) !== (timeFirst ? 1 : 0))
      misfit("ReverseSequence has axes other than 0 and 1.");
    const [steps, batch] = [dim(x.shape, timeFirst ? 0 : 1), dim(x.shape, timeFirst ? 1 : 0)];
    if (lengths.length !== batch || lengths.some((length) => length < 0 || length > steps))
      misfit("ReverseSequence has lengths that do not fit.");
    checkTable(steps * batch, "ReverseSequence");
    const places = Array.from({ length: steps * batch }, (_, at) => {
      const [step, row] = timeFirst ? [Math.floor(at / batch), at % batch] : [at % steps, Math.floor(at / steps)];
      const length = lengths[row] ?? 0;
      const from = step < length ? length - 1 - step : step;
      return timeFirst ? from * batch + row : row * steps + from;
    });
    const rows = b.reshape(x, [steps * batch, sizeOf(x.shape.slice(2))]);
    return [b.reshape(b.gather(rows, b.ints(places)), x.shape)];
  },
);
