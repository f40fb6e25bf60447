import { float, int, ints } from "../ir";
import { GraphRefusal } from "../refusal";
import { checkSizes } from "./check-sizes";
import { TemplateWriter } from "./template-writer";

interface GptSizes {
  readonly vocabularySize: number;
  readonly contextLength: number;
  readonly embeddingSize: number;
  readonly layerCount: number;
  readonly headCount: number;
}

/** Standard deviation of fresh weights in GPT-2; a uniform draw has it when its bound is sqrt(3) times as wide. */
const BOUND = 0.02 * Math.sqrt(3);
/** Added to scores of later tokens: their exponential is zero, and no sum with it overflows. */
const MASKED = -1e9;

/**
 * A pre-norm transformer on tokens: input "tokens" int64 ["batch", contextLength], output "logits" float32 ["batch",
 * contextLength, vocabularySize]. Attention projections have no biases: the gradient of a key bias is zero in theory, and
 * Adam would amplify its rounding noise. Deterministic in `seed`; refuses impossible sizes.
 */
export function gptTemplate(o: GptSizes & { seed: number }): Uint8Array {
  const { vocabularySize: V, contextLength: T, embeddingSize: C, layerCount, headCount } = o;
  checkSizes({ vocabularySize: V, contextLength: T, embeddingSize: C, layerCount, headCount });
  if (C % headCount !== 0) {
    throw new GraphRefusal("graph/options", {
      reason: `An embedding of ${C} does not divide into ${headCount} heads.`,
      fix: "Choose a multiple of the head count.",
    });
  }
  const w = new TemplateWriter(o.seed);
  const mask = Float32Array.from({ length: T * T }, (_, at) => (at % T > Math.floor(at / T) ? MASKED : 0));
  w.tensor("causal.mask", "float32", [T, T], mask);
  w.tensor("attention.scale", "float32", [], Float32Array.of(1 / Math.sqrt(C / headCount)));
  w.numbers("heads.shape", [0, 0, headCount, C / headCount]);
  w.numbers("merged.shape", [0, 0, C]);
  w.numbers("qkv.sizes", [C, C, C]);
  const tokens = w.node("Gather", [w.weights("token.embedding", [V, C], BOUND), "tokens"], "tokens.embedded", {
    axis: int(0),
  });
  let x = w.node("Add", [tokens, w.weights("position.embedding", [T, C], BOUND)], "embedded");
  const residual = BOUND / Math.sqrt(2 * layerCount);
  for (let layer = 0; layer < layerCount; layer++) {
    const name = `block${layer}`;
    x = w.node(
      "Add",
      [x, attention(w, normalised(w, x, `${name}.norm1`, C), `${name}.attention`, C, residual)],
      `${name}.attended`,
    );
    x = w.node(
      "Add",
      [x, feedForward(w, normalised(w, x, `${name}.norm2`, C), `${name}.mlp`, C, residual)],
      `${name}.out`,
    );
  }
  w.node("MatMul", [normalised(w, x, "norm", C), w.weights("head.weight", [C, V], BOUND)], "logits");
  return w.finish(["tokens", "int64", ["batch", T]], ["logits", "float32", ["batch", T, V]]);
}

function normalised(w: TemplateWriter, x: string, name: string, size: number): string {
  const parameters = [w.filled(`${name}.weight`, size, 1), w.filled(`${name}.bias`, size, 0)];
  return w.node("LayerNormalization", [x, ...parameters], `${name}.out`, { axis: int(-1), epsilon: float(1e-5) });
}

function attention(w: TemplateWriter, x: string, name: string, size: number, residual: number): string {
  const joint = w.node("MatMul", [x, w.weights(`${name}.qkv`, [size, 3 * size], BOUND)], `${name}.joint`);
  w.node("Split", [joint, "qkv.sizes"], [`${name}.q`, `${name}.k`, `${name}.v`], { axis: int(-1) });
  const [q, k, v] = ["q", "k", "v"].map((part) => {
    const split = w.node("Reshape", [`${name}.${part}`, "heads.shape"], `${name}.${part}.split`);
    return w.node("Transpose", [split], `${name}.${part}.heads`, { perm: ints([0, 2, 1, 3]) });
  });
  const turned = w.node("Transpose", [k ?? ""], `${name}.k.turned`, { perm: ints([0, 1, 3, 2]) });
  const product = w.node("MatMul", [q ?? "", turned], `${name}.product`);
  const scores = w.node(
    "Add",
    [w.node("Mul", [product, "attention.scale"], `${name}.scaled`), "causal.mask"],
    `${name}.scores`,
  );
  const weights = w.node("Softmax", [scores], `${name}.weights`, { axis: int(-1) });
  const mixed = w.node("Transpose", [w.node("MatMul", [weights, v ?? ""], `${name}.mixed`)], `${name}.mixed.turned`, {
    perm: ints([0, 2, 1, 3]),
  });
  const merged = w.node("Reshape", [mixed, "merged.shape"], `${name}.merged`);
  return w.node("MatMul", [merged, w.weights(`${name}.projection`, [size, size], residual)], `${name}.projected`);
}

function feedForward(w: TemplateWriter, x: string, name: string, size: number, residual: number): string {
  const dense = (input: string, layer: string, from: number, to: number, bound: number): string => {
    const product = w.node("MatMul", [input, w.weights(`${layer}.weight`, [from, to], bound)], `${layer}.product`);
    return w.node("Add", [product, w.filled(`${layer}.bias`, to, 0)], `${layer}.sum`);
  };
  const wide = w.node("Gelu", [dense(x, `${name}.up`, size, 4 * size, BOUND)], `${name}.active`);
  return dense(wide, `${name}.down`, 4 * size, size, residual);
}
