import { compiler } from "./groups/compiler";
import { elementwise } from "./groups/elementwise";
import { layout } from "./groups/layout";
import { normalisations } from "./groups/normalisations";
import { products } from "./groups/products";
import { reductions } from "./groups/reductions";
import { sequences } from "./groups/sequences";
import { windows } from "./groups/windows";
import type { Operator } from "./operator";

/** Operators by what they do, in the order of the coverage table. */
export const operatorGroups: readonly (readonly [title: string, operators: readonly Operator[]])[] = [
  ["Element by element", elementwise],
  ["Along axes", reductions],
  ["Shapes and places", layout],
  ["Products", products],
  ["Windows", windows],
  ["Normalisation", normalisations],
  ["Sequences", sequences],
];

/** Every operator the compiler knows, by ONNX name. What is not here is refused. */
export const operators: ReadonlyMap<string, Operator> = new Map(
  [...operatorGroups.flatMap(([, group]) => group), ...compiler].map((operator) => [operator.name, operator]),
);

/** The operator of this ONNX name, if it is supported. */
export function findOperator(name: string): Operator | undefined {
  return operators.get(name);
}
