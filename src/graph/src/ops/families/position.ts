import { intAttribute, sizeOf } from "../../ir";
import { frontAxis } from "../../shape";
import { input, traffic, type Operator } from "../operator";

/** Place of an extreme element along one axis: the first of equals unless the last is asked for. */
export function position(name: "ArgMax" | "ArgMin"): Operator {
  return {
    name,
    allowed: "buyer",
    inputs: [1, 1],
    attributes: { axis: "int", keepdims: "int", select_last_index: "int" },
    infer(draft) {
      const x = input(draft, 0);
      const axis = frontAxis(intAttribute(draft, "axis", 0), x.shape.length);
      const keep = intAttribute(draft, "keepdims", 1) === 1;
      return [{ dtype: "int64", shape: x.shape.flatMap((size, i) => (i === axis ? (keep ? [1] : []) : [size])) }];
    },
    gradient: "none",
    cost: (node) => ({ flops: sizeOf(input(node, 0).shape), bytes: traffic(node) }),
  };
}
