import type { Scope } from "../scope";
import type { Graph, Value } from "../ir";
import { rewrite } from "./rewrite";

/**
 * Computes equal expressions once. Forward and backward rules spell the same intermediate values out without knowing of
 * each other (the distribution inside Gelu, the exponentials of a loss); this is what makes them share.
 */
export function shareCommon(graph: Graph, scope: Scope): void {
  const ids = new Map<Value, number>();
  const idOf = (value: Value | undefined): number => {
    if (value === undefined) return -1;
    const id = ids.get(value) ?? ids.size;
    ids.set(value, id);
    return id;
  };
  const seen = new Map<string, readonly Value[]>();
  rewrite(graph, scope, (_b, node) => {
    const hasBody = Object.values(node.attributes).some(
      (attribute) => attribute.kind === "graph" || attribute.kind === "tensor",
    );
    if (hasBody) return undefined;
    const key = `${node.op}|${node.inputs.map(idOf).join()}|${JSON.stringify(node.attributes)}`;
    const known = seen.get(key);
    if (known === undefined) seen.set(key, node.outputs);
    return known;
  });
}
