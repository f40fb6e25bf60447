import type { Graph, Node, Value } from "./ir";

/**
 * The order in which ONNX Runtime runs the nodes of a graph: back from its ends in depth first, the last node of the file
 * first wherever there is a choice (`Graph::ReverseDFSFrom` with nodes compared by index). What is alive at once, and so
 * the memory, follows from this order and not from the order in the file.
 */
export function runtimeOrder(graph: Graph): Node[] {
  const place = new Map(graph.nodes.map((node, at) => [node, at]));
  const makers = new Map<Value, Node>(
    graph.nodes.flatMap((node) => node.outputs.map((value) => [value, node] as const)),
  );
  const read = new Set<Node>();
  const before = new Map<Node, Node[]>();
  for (const node of graph.nodes) {
    const needed = [...new Set([...node.inputs, ...captured(node)].flatMap((value) => makerOf(makers, value)))];
    before.set(
      node,
      needed.sort((a, b) => (place.get(a) ?? 0) - (place.get(b) ?? 0)),
    );
    for (const maker of needed) read.add(maker);
  }
  const order: Node[] = [];
  const entered = new Set<Node>();
  const stack: { readonly node: Node; readonly leaving: boolean }[] = graph.nodes
    .filter((node) => !read.has(node))
    .map((node) => ({ node, leaving: false }));
  for (let entry = stack.pop(); entry !== undefined; entry = stack.pop()) {
    const { node, leaving } = entry;
    if (leaving) {
      order.push(node);
      continue;
    }
    if (entered.has(node)) continue;
    entered.add(node);
    stack.push({ node, leaving: true });
    for (const maker of before.get(node) ?? []) if (!entered.has(maker)) stack.push({ node: maker, leaving: false });
  }
  return order;
}

function makerOf(makers: ReadonlyMap<Value, Node>, value: Value | undefined): Node[] {
  const maker = value === undefined ? undefined : makers.get(value);
  return maker === undefined ? [] : [maker];
}

/** Values of the graph that a node's body uses. */
function captured(node: Node): readonly Value[] {
  const { body } = node.attributes;
  if (body?.kind !== "graph") return [];
  return [...body.value.nodes.flatMap(({ inputs }) => inputs), ...body.value.outputs].flatMap((value) => value ?? []);
}
