import { expect, test } from "vitest";
import { Builder } from "../builder";
import { ints } from "../ir";
import { joinMoves } from "./join-moves";
import { removeDeadCode } from "./remove-dead-code";

test("moves after moves become one, and those that undo each other none", () => {
  const b = new Builder();
  const x = b.input("x", "float32", [2, 3, 4]);
  const once = b.op("Transpose", [x], { perm: ints([1, 2, 0]) });
  const twice = b.op("Transpose", [once], { perm: ints([2, 0, 1]) });
  const other = b.op("Transpose", [once], { perm: ints([0, 2, 1]) });
  const flat = b.op("Reshape", [b.op("Reshape", [x, b.ints([6, 4])]), b.ints([24])]);
  b.graph.outputs = [twice, other, flat];
  joinMoves(b.graph, b.scope);
  removeDeadCode(b.graph);
  expect(b.graph.outputs[0]).toBe(x);
  expect(b.graph.nodes.map(({ op, inputs, outputs }) => [op, inputs[0] === x, outputs[0]?.shape])).toEqual([
    ["Transpose", true, [3, 2, 4]],
    ["Reshape", true, [24]],
  ]);
});
