import { knownNumbers } from "../ir";
import { misfit, unsupported } from "../refusal";
import { composed } from "./families/composed";
import { input } from "./operator";

/** Repeats the whole tensor along each axis. */
export const tile = composed("Tile", { inputs: [2, 2], limits: "Repeats must be constant." }, (reading) => {
  const { b } = reading;
  const x = input(reading, 0);
  const repeats =
    knownNumbers(reading.inputs[1]) ?? unsupported("Tile has computed repeats.", "Export it with constant repeats.");
  if (repeats.length !== x.shape.length || repeats.some((n) => n < 0)) misfit("Tile needs one repeat for each axis.");
  // An axis of repeats is put before every axis that repeats, and merged with it.
  const apart = x.shape.flatMap((size, i) => (repeats[i] === 1 ? [size] : [1, size]));
  const wide = x.shape.flatMap((size, i) => (repeats[i] === 1 ? [size] : [repeats[i] ?? 1, size]));
  const shape = x.shape.map((size, i) => size * (repeats[i] ?? 1));
  return [b.reshape(b.expand(b.reshape(x, apart), wide), shape)];
});
