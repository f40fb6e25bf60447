import { Builder } from "../builder";
import { isProduct } from "../cost";
import { bytesOf, type Graph, type Node, type Value } from "../ir";
import { livenessOf, peakBytes, type Liveness } from "../liveness";
import { findOperator } from "../ops";
import type { Scope } from "../scope";

/** Nodes that one recomputation may repeat. */
const CLOSURE_MAX = 12;
/** Smaller values are not worth a node. */
const BYTES_LEAST = 4096;
/** Recomputations in all; each looks at the whole graph. */
const ROUNDS_MAX = 400;
/**
 * Gradient checkpointing (Chen et al. 2016), greedily: while intermediate values need more than `budget` bytes at once, a
 * value that waits through the highest point for a later use is let go and computed again just before it, from values that
 * are alive then anyway. Cheap operators are repeated first, products only when those do not suffice. The same operators on
 * the same numbers give the same bits.
 *
 * `on` is true in every run but no constant to the runtime, bool []: as a factor of one on what a repetition starts from
 * it keeps the runtime's own sharing of common expressions from undoing the repetition.
 */
export function rematerialise(graph: Graph, scope: Scope, budget: number, on: Value): void {
  if (peakBytes(graph) <= budget) return;
  const nodes = graph.nodes;
  graph.nodes = [];
  const one = new Builder(scope, graph).cast(on, "float32");
  graph.nodes = [...graph.nodes, ...nodes];
  for (const allowed of [(node: Node) => !isProduct(node), () => true]) {
    for (let round = 0; round < ROUNDS_MAX; round++) {
      const before = livenessOf(graph);
      const peak = highest(before.bytesAt);
      if (peak <= budget) return;
      if (!release(graph, scope, before, before.bytesAt.indexOf(peak), one, allowed)) break;
    }
  }
}

const highest = (bytes: readonly number[]): number => bytes.reduce((most, each) => Math.max(most, each), 0);

interface Candidate {
  readonly owner: Value;
  /** Nodes to repeat, in order. */
  readonly closure: readonly Node[];
  /** Users after the highest point. */
  readonly users: readonly Node[];
  readonly gain: number;
}

/** Lets go of the value that gives most memory for least repetition, if the highest point becomes lower by it. */
function release(
  graph: Graph,
  scope: Scope,
  liveness: Liveness,
  at: number,
  one: Value,
  allowed: (node: Node) => boolean,
): boolean {
  const candidates = waiting(graph, liveness, at, allowed).sort((a, b) => b.gain - a.gain);
  const before = peakBytes(graph);
  const crowd = liveness.bytesAt.filter((bytes) => bytes === before).length;
  for (const candidate of candidates.slice(0, 8)) {
    const undo = repeat(graph, scope, candidate, one);
    const after = livenessOf(graph).bytesAt;
    const peak = highest(after);
    if (peak < before || (peak === before && after.filter((bytes) => bytes === peak).length < crowd)) return true;
    undo();
  }
  return false;
}

/** Buffers alive at a place that nothing uses there, with what it takes to compute them again. */
function waiting(
  graph: Graph,
  { order, ownerOf, lastUse, held }: Liveness,
  at: number,
  allowed: (node: Node) => boolean,
): Candidate[] {
  const place = new Map(order.map((node, i) => [node, i]));
  const users = new Map<Value, Node[]>();
  for (const node of order)
    for (const value of new Set(node.inputs))
      if (value !== undefined) users.set(ownerOf(value), [...(users.get(ownerOf(value)) ?? []), node]);
  const filed = new Map(graph.nodes.map((node, i) => [node, i]));
  /** Whether a value is there when a user needs it again, however the file is ordered. */
  const isAlive = (value: Value, user: Node): boolean => {
    const maker = value.producer;
    if (maker === undefined || !place.has(maker)) return true;
    const owner = ownerOf(value);
    const lasts = held.has(owner) || (lastUse.get(owner) ?? 0) >= (place.get(user) ?? 0);
    return lasts && before(place, maker, user) && before(filed, maker, user);
  };
  return order.slice(0, at).flatMap((node): Candidate[] =>
    node.outputs.flatMap((owner): Candidate[] => {
      if (bytesOf(owner) < BYTES_LEAST) return [];
      if (ownerOf(owner) !== owner || held.has(owner) || (lastUse.get(owner) ?? 0) <= at) return [];
      const late = (users.get(owner) ?? []).filter((user) => (place.get(user) ?? 0) > at);
      const uses = (users.get(owner) ?? []).some((user) => place.get(user) === at);
      const first = earliest(place, late);
      if (uses || first === undefined) return [];
      const closure = closureOf(graph, node, (value) => isAlive(value, first), allowed);
      if (closure === undefined) return [];
      const cost = closure.reduce((sum, each) => sum + work(each), 0);
      return [{ owner, closure, users: late, gain: bytesOf(owner) / (cost + 1) }];
    }),
  );
}

const before = (places: ReadonlyMap<Node, number>, a: Node, b: Node): boolean =>
  (places.get(a) ?? 0) < (places.get(b) ?? 0);

const earliest = (places: ReadonlyMap<Node, number>, nodes: readonly Node[]): Node | undefined =>
  [...nodes].sort((a, b) => (before(places, a, b) ? -1 : 1))[0];

/** Bytes that repeating a node moves, and what its arithmetic weighs beside them. */
function work(node: Node): number {
  const { bytes, flops } = findOperator(node.op)?.cost(node) ?? { bytes: 0, flops: 0 };
  return bytes + flops / 4;
}

/** The nodes that compute a node's outputs from values that are alive; undefined when they are too many or not allowed. */
function closureOf(
  graph: Graph,
  node: Node,
  isAlive: (value: Value) => boolean,
  allowed: (node: Node) => boolean,
): Node[] | undefined {
  const found: Node[] = [];
  const visit = (each: Node): boolean => {
    if (found.includes(each)) return true;
    const repeatable = allowed(each) && Object.values(each.attributes).every(({ kind }) => kind !== "graph");
    if (!repeatable || found.length >= CLOSURE_MAX) return false;
    for (const value of each.inputs) {
      if (value === undefined || isAlive(value)) continue;
      if (value.producer === undefined || !visit(value.producer)) return false;
    }
    found.push(each);
    return found.length <= CLOSURE_MAX;
  };
  return visit(node) && found.every((each) => startsFresh(graph, each, found)) ? found : undefined;
}

/** Whether a repeated node depends on something that carries the factor of one: the runtime would share it otherwise. */
function startsFresh(graph: Graph, node: Node, closure: readonly Node[]): boolean {
  const repeated = (value: Value): boolean => value.producer !== undefined && closure.includes(value.producer);
  return node.inputs.some((value) => value !== undefined && (canCarryFactor(graph, value) || repeated(value)));
}

/** The operand on which the factor of one costs least. */
function smallest(graph: Graph, values: readonly (Value | undefined)[]): Value | undefined {
  const fit = values.flatMap((value) => (value !== undefined && canCarryFactor(graph, value) ? [value] : []));
  return fit.sort((a, b) => bytesOf(a) - bytesOf(b))[0];
}

/** Values of an enclosing graph carry none: they may stack the rows of many steps. */
const canCarryFactor = (graph: Graph, value: Value): boolean =>
  value.dtype === "float32" &&
  value.data === undefined &&
  (value.producer !== undefined || graph.inputs.includes(value));

/** Repeats the closure for the late users; returns how to take it back. */
function repeat(graph: Graph, scope: Scope, { owner, closure, users }: Candidate, one: Value): () => void {
  const nodes = [...graph.nodes];
  const operands = users.map((user) => [user, user.inputs] as const);
  const b = new Builder(scope, graph);
  graph.nodes = [];
  const copies = new Map<Value, Value>();
  closure.forEach((node) => {
    const own = node.inputs.map((value) => (value === undefined ? undefined : copies.get(value)));
    const isStart = own.every((copy) => copy === undefined);
    const marked = isStart ? smallest(graph, node.inputs) : undefined;
    const inputs = node.inputs.map((value, at) =>
      value !== undefined && value === marked ? b.mul(value, one) : (own[at] ?? value),
    );
    b.node(node.op, inputs, node.attributes, node.outputs.length).forEach((copy, k) => {
      const original = node.outputs[k];
      if (original !== undefined) copies.set(original, copy);
    });
  });
  const late = new Set(users);
  const viewOf = (value: Value): Value => {
    const known = copies.get(value);
    if (known !== undefined) return known;
    const source = value.producer?.op === "Reshape" ? value.producer.inputs[0] : undefined;
    if (value === owner || source === undefined) return value;
    const base = viewOf(source);
    const copy = base === source ? value : b.reshape(base, value.shape);
    copies.set(value, copy);
    return copy;
  };
  for (const user of users) user.inputs = user.inputs.map((value) => (value === undefined ? undefined : viewOf(value)));
  const fresh = graph.nodes;
  const first = nodes.findIndex((node) => late.has(node));
  graph.nodes = [...nodes.slice(0, first), ...fresh, ...nodes.slice(first)];
  return () => {
    graph.nodes = nodes;
    for (const [user, inputs] of operands) user.inputs = inputs;
  };
}
