import { intAttribute, knownNumbers } from "../ir";
import { misfit, unsupported } from "../refusal";
import { frontAxis } from "../shape";
import { input, moves, type Operator } from "./operator";

/** Class numbers to rows of off and on values. */
export const oneHot: Operator = {
  name: "OneHot",
  allowed: "buyer",
  inputs: [3, 3],
  attributes: { axis: "int" },
  limits: "The depth must be constant.",
  infer(draft) {
    const [indices, depthValue, values] = [input(draft, 0), input(draft, 1), input(draft, 2)];
    const [depth] =
      knownNumbers(depthValue) ?? unsupported("OneHot has a computed depth.", "Export it with a constant depth.");
    if (depth === undefined || depth < 1) misfit("OneHot needs a depth of at least one.");
    if (values.shape.length !== 1 || values.shape[0] !== 2) misfit("OneHot needs an off and an on value.");
    const rank = indices.shape.length + 1;
    const axis = frontAxis(intAttribute(draft, "axis", -1), rank);
    return [{ dtype: values.dtype, shape: [...indices.shape.slice(0, axis), depth, ...indices.shape.slice(axis)] }];
  },
  gradient: "none",
  cost: moves,
};
