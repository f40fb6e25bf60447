import { dependentsOf } from "./autodiff";
import type { Graph, Node, Value } from "./ir";
import { peakBytes } from "./liveness";
import { bodyOf, tripsOf } from "./loops";
import { findOperator } from "./ops";

const PRODUCTS = new Set([
  "BatchLastConv",
  "ChannelsLastConv",
  "Conv",
  "ConvTranspose",
  "FusedMatMul",
  "Gemm",
  "MatMul",
]);

/** Whether a node multiplies and adds: what the work of a model is counted in. */
export const isProduct = (node: Node): boolean => PRODUCTS.has(node.op);

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
    return isProduct(node) ? sum + times(node) * (findOperator(node.op)?.cost(node).flops ?? 0) : sum;
  }, 0);
}

/**
 * A state is there five times: fed by the caller, carried into the last iteration, made by it (which counts among the
 * results of its nodes), copied out of the loop, and copied to the caller.
 */
const STATE_COPIES = 4;
/**
 * What kernels work in and the allocator cannot fill, as a share of the results of nodes: `npm run bench -- memory`. It is
 * more where results have two widths: measured on a GPT, a BERT and a ResNet-18 in both half types, and on a GPT of batch 48
 * on the exact engine.
 */
const allocatorShare = (widths: Widths): number => (widths === "one" ? 1.25 : 1.6);

/** Whether numbers of one width pass through the products of a graph, or of two. */
export type Widths = "one" | "two";
const ALLOCATOR_BYTES = 2 * 1024 ** 2;

/** Bytes that remain for the results of nodes when a segment may take `budget` in all. */
export function resultBudget(budget: number, stateBytes: number, batchBytes: number, widths: Widths): number {
  const left = budget - STATE_COPIES * stateBytes - batchBytes - ALLOCATOR_BYTES;
  return Math.max(0, left / allocatorShare(widths));
}

/** Estimate of what a run of a segment takes beyond the runtime itself, in bytes: what is fed included. */
export function segmentPeakBytes(body: Graph, stateBytes: number, batchBytes: number, widths: Widths): number {
  const results = allocatorShare(widths) * peakBytes(body);
  return Math.ceil(results + STATE_COPIES * stateBytes + batchBytes + ALLOCATOR_BYTES);
}
