import { checkSizes } from "./check-sizes";
import { TemplateWriter } from "./template-writer";

/**
 * A dense classifier with ReLU between layers: input "x" float32 ["batch", inputSize], output "logits" float32
 * ["batch", classCount]. Weights are He-uniform and deterministic in `seed`. Refuses impossible sizes.
 */
export function mlpTemplate(o: {
  inputSize: number;
  hiddenSizes: number[];
  classCount: number;
  seed: number;
}): Uint8Array {
  checkSizes({ inputSize: o.inputSize, classCount: o.classCount });
  for (const size of o.hiddenSizes) checkSizes({ "hidden size": size });
  const w = new TemplateWriter(o.seed);
  const sizes = [o.inputSize, ...o.hiddenSizes, o.classCount];
  let h = "x";
  sizes.slice(1).forEach((width, i) => {
    const fanIn = sizes[i] ?? 1;
    const last = i === sizes.length - 2;
    const weight = w.weights(`layer${i}.weight`, [fanIn, width], Math.sqrt((last ? 3 : 6) / fanIn));
    const bias = w.filled(`layer${i}.bias`, width, 0);
    h = w.node("Gemm", [h, weight, bias], last ? "logits" : `layer${i}.sum`);
    if (!last) h = w.node("Relu", [h], `layer${i}.out`);
  });
  return w.finish(["x", "float32", ["batch", o.inputSize]], ["logits", "float32", ["batch", o.classCount]]);
}
