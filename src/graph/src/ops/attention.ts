import type { Builder } from "../builder";
import { arrayOf, floatAttribute, int, intAttribute, isFloat, type Value } from "../ir";
import { misfit, unsupported } from "../refusal";
import { checkTable, dim } from "../shape";
import { composed } from "./families/composed";
import { joinHeads, splitHeads } from "./families/heads";
import { input, type Reading } from "./operator";

/** What a masked score is: far enough down that its weight is zero, and finite, so that a row without any is no NaN. */
const MASKED = -1e30;

/** Scaled dot-product attention, with grouped heads, masks and a soft cap: products, a softmax and products. */
export const attention = composed(
  "Attention",
  {
    inputs: [3, 6],
    attributes: {
      is_causal: "int",
      kv_num_heads: "int",
      q_num_heads: "int",
      qk_matmul_output_mode: "int",
      scale: "float",
      softcap: "float",
      softmax_precision: "int",
    },
    since: 23,
    limits: "No key and value caches, and the first output only.",
  },
  (reading) => {
    const { b, inputs } = reading;
    if (inputs[4] !== undefined || inputs[5] !== undefined)
      unsupported(
        "Attention with past keys and values is not supported.",
        "Export without a key-value cache (use_cache=False).",
      );
    if (reading.outputCount > 1)
      unsupported("Attention with more than its first output is not supported.", "Use the first output only.");
    const query = splitHeads(b, input(reading, 0), intAttribute(reading, "q_num_heads", 0));
    const heads = dim(query.shape, 1);
    const [key, value] = [1, 2].map((index) =>
      repeatedHeads(b, splitHeads(b, input(reading, index), intAttribute(reading, "kv_num_heads", 0)), heads),
    );
    if (key === undefined || value === undefined) misfit("Attention has no keys or values.");
    const scale = floatAttribute(reading, "scale", 1 / Math.sqrt(dim(query.shape, 3)));
    const scores = b.scale(b.op("MatMul", [query, b.transpose(key, [0, 1, 3, 2])]), scale);
    const weights = b.op("Softmax", [masked(reading, capped(reading, scores))], { axis: int(-1) });
    const mixed = b.op("MatMul", [weights, value]);
    return [input(reading, 0).shape.length === 3 ? joinHeads(b, mixed) : mixed];
  },
);

/** Every key head serves heads / own query heads that stand together. */
function repeatedHeads(b: Builder, x: Value, heads: number): Value {
  const [batch, own, length, size] = [dim(x.shape, 0), dim(x.shape, 1), dim(x.shape, 2), dim(x.shape, 3)];
  if (own === heads) return x;
  if (heads % own !== 0) misfit(`${heads} query heads do not share ${own} key heads.`);
  const wide = b.expand(b.reshape(x, [batch, own, 1, length, size]), [batch, own, heads / own, length, size]);
  return b.reshape(wide, [batch, heads, length, size]);
}

/** Scores limited smoothly to the soft cap. */
function capped(reading: Reading, scores: Value): Value {
  const { b } = reading;
  const cap = floatAttribute(reading, "softcap", 0);
  return cap === 0 ? scores : b.scale(b.op("Tanh", [b.scale(scores, 1 / cap)]), cap);
}

function masked(reading: Reading, scores: Value): Value {
  const { b } = reading;
  const mask = reading.inputs[3];
  const low = b.scalar(scores.dtype, MASKED);
  const biased =
    mask === undefined
      ? scores
      : isFloat(mask.dtype)
        ? b.add(scores, b.op("Max", [mask, low]))
        : b.where(mask, scores, low);
  if (intAttribute(reading, "is_causal", 0) !== 1) return biased;
  const [length, seen] = [dim(scores.shape, 2), dim(scores.shape, 3)];
  checkTable(length * seen, "A causal mask");
  const past = Array.from({ length: length * seen }, (_, at) => Number(at % seen <= Math.floor(at / seen)));
  return b.where(b.constant("bool", [length, seen], arrayOf("bool", past)), biased, low);
}
