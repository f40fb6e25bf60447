import type { Scope } from "../scope";
import type { Graph, TypedArray, Value } from "../ir";
import { rewrite } from "./rewrite";

/**
 * Computes equal expressions once. Forward and backward rules spell the same intermediate values out without knowing of
 * each other (the distribution inside Gelu, the exponentials of a loss); this is what makes them share.
 */
export function shareCommon(graph: Graph, scope: Scope): void {
  const ids = new Map<Value, number>();
  const constants = new Map<string, Value[]>();
  const idOf = (value: Value | undefined): number => {
    if (value === undefined) return -1;
    const id = ids.get(value) ?? ids.get(equalConstant(constants, value)) ?? ids.size;
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

/** The first constant that was asked about with the same elements, else the value itself. */
function equalConstant(known: Map<string, Value[]>, value: Value): Value {
  if (value.data === undefined) return value;
  const bytes = bytesIn(value.data);
  const key = `${value.dtype}|${value.shape.join()}|${digest(bytes)}`;
  const alike = known.get(key) ?? [];
  known.set(key, alike);
  const equal = alike.find(({ data }) => data !== undefined && bytesIn(data).every((byte, i) => byte === bytes[i]));
  if (equal === undefined) alike.push(value);
  return equal ?? value;
}

const bytesIn = (data: TypedArray): Uint8Array => new Uint8Array(data.buffer, data.byteOffset, data.byteLength);

/** FNV-1a (Fowler, Noll, Vo 1991) over bytes: only narrows down what is compared. */
function digest(bytes: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash;
}
