import { intsAttribute, knownNumbers } from "../ir";
import { misfit, unsupported } from "../refusal";
import { dim, frontAxes } from "../shape";
import { composed } from "./families/composed";
import { input } from "./operator";

/** Cuts or zero-pads around the centre to the asked sizes. */
export const centerCropPad = composed(
  "CenterCropPad",
  { inputs: [2, 2], attributes: { axes: "ints" }, since: 18, limits: "The shape must be constant." },
  (reading) => {
    const { b } = reading;
    const x = input(reading, 0);
    const sizes =
      knownNumbers(reading.inputs[1]) ??
      unsupported("CenterCropPad has a computed shape.", "Export it with a constant shape.");
    const rank = x.shape.length;
    const axes = frontAxes(intsAttribute(reading, "axes") ?? x.shape.map((_, i) => i), rank);
    if (sizes.length !== axes.length) misfit("CenterCropPad needs one size for each axis.");
    const missing = x.shape.map((size, axis) => (axes.includes(axis) ? (sizes[axes.indexOf(axis)] ?? size) - size : 0));
    const starts = missing.map((n) => (n < 0 ? Math.floor(-n / 2) : 0));
    const cut = b.slice(
      x,
      x.shape.map((_, axis) => axis),
      starts,
      starts.map((start, axis) => start + dim(x.shape, axis) + Math.min(0, missing[axis] ?? 0)),
    );
    const before = missing.map((n) => Math.max(0, Math.floor(n / 2)));
    return [
      b.pad(
        cut,
        before,
        missing.map((n, axis) => Math.max(0, n - (before[axis] ?? 0))),
      ),
    ];
  },
);
