import { dependentsOf } from "./autodiff";
import { bytesOf, knownNumbers, type Graph, type Node, type Value } from "./ir";
import { findOperator } from "./ops";

/** Operators that multiply and add. */
const PRODUCTS = new Set(["ChannelsLastConv", "Conv", "ConvTranspose", "FusedMatMul", "Gemm", "MatMul"]);

/**
 * Floating-point operations of the matrix products and convolutions of a forward graph, a multiplication and an addition
 * each, by their definition: a convolution that is done in fewer by another form counts in full. This is what
 * practitioners state as the work of a model (Chowdhery et al. 2022, appendix B). A loop's body counts as often as it runs.
 */
export function forwardFlops(graph: Graph): number {
  return countProducts(graph, () => 1);
}

/** The same for a training step: the forward graph, and as much again for each operand that gets a gradient. */
export function trainingFlops(graph: Graph, trained: readonly Value[]): number {
  const dependent = dependentsOf(graph.nodes, trained);
  const reached = (value: Value | undefined): number => (value !== undefined && dependent.has(value) ? 1 : 0);
  return countProducts(graph, ({ inputs }) => 1 + reached(inputs[0]) + reached(inputs[1]));
}

function countProducts(graph: Graph, times: (node: Node) => number): number {
  return graph.nodes.reduce((sum, node) => {
    const body = bodyOf(node);
    if (body !== undefined) return sum + tripsOf(node) * countProducts(body, times);
    return PRODUCTS.has(node.op) ? sum + times(node) * (findOperator(node.op)?.cost(node).flops ?? 0) : sum;
  }, 0);
}

const bodyOf = (node: Node): Graph | undefined => {
  const { body } = node.attributes;
  return body?.kind === "graph" ? body.value : undefined;
};

const tripsOf = (node: Node): number => knownNumbers(node.inputs[0])?.[0] ?? 1;

/** Operators that return a view of their input and take no memory of their own. */
const VIEWS = new Set(["Reshape"]);

/**
 * Most bytes that intermediate values need at once, when each lives from the node that makes it to the last that reads
 * it. Inputs and outputs of the graph are not counted: who calls it holds them.
 */
export function peakBytes(graph: Graph): number {
  const lastUse = new Map<Value, number>();
  const owner = new Map<Value, Value>();
  const ownerOf = (value: Value): Value => owner.get(value) ?? value;
  graph.nodes.forEach((node, at) => {
    const [source] = node.inputs;
    const [view] = node.outputs;
    if (VIEWS.has(node.op) && source !== undefined && view !== undefined) owner.set(view, ownerOf(source));
    for (const value of [...node.inputs, ...node.outputs]) if (value !== undefined) lastUse.set(ownerOf(value), at);
  });
  const held = new Set<Value>([...graph.inputs, ...graph.outputs.map(ownerOf)]);
  const ending = new Map<number, number>();
  let live = 0;
  let peak = 0;
  graph.nodes.forEach((node, at) => {
    for (const value of node.outputs) {
      if (owner.has(value) || held.has(value)) continue;
      live += bytesOf(value);
      const last = lastUse.get(value) ?? at;
      ending.set(last, (ending.get(last) ?? 0) + bytesOf(value));
    }
    const body = bodyOf(node);
    peak = Math.max(peak, live + (body === undefined ? 0 : peakBytes(body) + carriedBytes(node)));
    live -= ending.get(at) ?? 0;
  });
  return peak;
}

/** What a loop carries exists once more while an iteration makes the next. */
const carriedBytes = (node: Node): number => node.outputs.reduce((sum, value) => sum + bytesOf(value), 0);

/** State is held about four times in a Loop: fed in, carried, made anew, copied out. Measured 4.1 (0.83M-25M parameters). */
const STATE_COPIES = 4.1;

/** Estimate of what a run of a segment takes beyond the runtime itself, in bytes. */
export function segmentPeakBytes(body: Graph, stateBytes: number, batchBytes: number): number {
  return Math.ceil(peakBytes(body) + STATE_COPIES * stateBytes + batchBytes);
}
