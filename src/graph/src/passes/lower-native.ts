import type { Scope } from "../scope";
import type { Graph } from "../ir";
import { findOperator } from "../ops";
import { rewrite } from "./rewrite";

/** Replaces operators whose kernels differ inside a numeric class, and those no engine has, by what their files say. */
export function lowerNative(graph: Graph, scope: Scope): void {
  rewrite(graph, scope, (b, node) => findOperator(node.op)?.lower?.(b, node));
}
