import { composed } from "./families/composed";
import { intAttribute } from "../ir";
import { dim, frontAxis } from "../shape";
import { input, type Operator } from "./operator";
import { int } from "../ir";

/** One at the first maximum along an axis, zero elsewhere. */
export const hardmax: Operator = {
  ...composed("Hardmax", { inputs: [1, 1], attributes: { axis: "int" } }, (reading) => {
    const { b } = reading;
    const x = input(reading, 0);
    const axis = frontAxis(intAttribute(reading, "axis", -1), x.shape.length);
    const place = b.op("ArgMax", [x], { axis: int(axis), keepdims: int(0) });
    const last = x.shape.length - 1;
    const back = x.shape.map((_, i) => (i < axis ? i : i === axis ? last : i - 1));
    return [b.transpose(b.oneHot(place, dim(x.shape, axis), x.dtype), back)];
  }),
  gradient: "none",
};
