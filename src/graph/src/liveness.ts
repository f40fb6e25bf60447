import { bytesOf, type Graph, type Node, type Value } from "./ir";
import { bodyOf } from "./loops";
import { runtimeOrder } from "./runtime-order";

/** Operators that return a view of their input and take no memory of their own. */
const VIEWS = new Set(["Reshape"]);

/** When each buffer of a graph is made and last read, in the order in which the runtime works. */
export interface Liveness {
  readonly order: readonly Node[];
  /** The value whose buffer a value lies in: itself, or what it is a view of. */
  readonly ownerOf: (value: Value) => Value;
  /** Place of the last node that reads a buffer, by its owner. */
  readonly lastUse: ReadonlyMap<Value, number>;
  /** Buffers that are there to the end: inputs, which the caller holds and which are not counted, and outputs. */
  readonly held: ReadonlySet<Value>;
  /** Bytes alive while each node works, its results included. */
  readonly bytesAt: readonly number[];
}

export function livenessOf(graph: Graph): Liveness {
  const order = runtimeOrder(graph);
  const owners = new Map<Value, Value>();
  const ownerOf = (value: Value): Value => owners.get(value) ?? value;
  const lastUse = new Map<Value, number>();
  order.forEach((node, at) => {
    const [source] = node.inputs;
    const [view] = node.outputs;
    if (VIEWS.has(node.op) && source !== undefined && view !== undefined) owners.set(view, ownerOf(source));
    for (const value of [...node.inputs, ...node.outputs]) if (value !== undefined) lastUse.set(ownerOf(value), at);
  });
  const inputs = new Set(graph.inputs);
  const held = new Set<Value>([...inputs, ...graph.outputs.map(ownerOf)]);
  const ending = new Map<number, number>();
  const bytesAt: number[] = [];
  let live = 0;
  order.forEach((node, at) => {
    for (const value of node.outputs) {
      if (owners.has(value) || inputs.has(value)) continue;
      live += bytesOf(value);
      if (held.has(value)) continue;
      const last = lastUse.get(value) ?? at;
      ending.set(last, (ending.get(last) ?? 0) + bytesOf(value));
    }
    const body = bodyOf(node);
    bytesAt.push(live + (body === undefined ? 0 : peakBytes(body) + carriedBytes(node)));
    live -= ending.get(at) ?? 0;
  });
  return { order, ownerOf, lastUse, held, bytesAt };
}

/** Most bytes that the results of nodes need at once; what makes outputs waits with them to the end. */
export function peakBytes(graph: Graph): number {
  return livenessOf(graph).bytesAt.reduce((most, bytes) => Math.max(most, bytes), 0);
}

/** What a loop carries exists once more while an iteration makes the next. */
const carriedBytes = (node: Node): number => node.outputs.reduce((sum, value) => sum + bytesOf(value), 0);
