import { float, int } from "../ir";
import { fed, given, type Row } from "./row";
import { build, read, type Numbers } from "./runtime";

interface Options {
  readonly scale?: number;
  readonly causal?: true;
  readonly cap?: number;
  readonly mask?: Numbers;
}

/** Attention of [batch, heads, length, size] by the definition; query heads share key heads in order. */
function attended(q: Numbers, k: Numbers, v: Numbers, o: Options = {}): Numbers {
  const [batch = 1, heads = 1, length = 1, size = 1] = q.shape;
  const [, shared = 1, seen = 1] = k.shape;
  const width = v.shape[3] ?? 1;
  const weights = (n: number, h: number, i: number): number[] => {
    const own = Math.floor(h / (heads / shared));
    const scores = Array.from({ length: seen }, (_, j) => {
      let sum = 0;
      for (let d = 0; d < size; d++) sum += read(q, [n, h, i, d]) * read(k, [n, own, j, d]);
      const scaled = sum * (o.scale ?? 1 / Math.sqrt(size));
      const capped = o.cap === undefined ? scaled : o.cap * Math.tanh(scaled / o.cap);
      const allowed = !(o.causal === true && j > i) && !(o.mask?.dtype === "bool" && read(o.mask, [n, h, i, j]) === 0);
      const bias = o.mask === undefined || o.mask.dtype === "bool" ? 0 : read(o.mask, [n, h, i, j]);
      return allowed ? Math.exp(capped + bias) : 0;
    });
    const total = scores.reduce((a, b) => a + b, 0);
    return scores.map((score) => score / total);
  };
  return build([batch, heads, length, width], ([n = 0, h = 0, i = 0, d = 0]) =>
    weights(n, h, i).reduce((sum, weight, j) => sum + weight * read(v, [n, Math.floor(h / (heads / shared)), j, d]), 0),
  );
}

/** [batch, length, heads * size] seen as [batch, heads, length, size], and back. */
const apart = (x: Numbers, heads: number): Numbers => {
  const [batch = 1, length = 1, width = 1] = x.shape;
  const size = width / heads;
  return build([batch, heads, length, size], ([n = 0, h = 0, i = 0, d = 0]) => read(x, [n, i, h * size + d]));
};
const together = (x: Numbers): Numbers => {
  const [batch = 1, heads = 1, length = 1, size = 1] = x.shape;
  return build([batch, length, heads * size], ([n = 0, i = 0, c = 0]) =>
    read(x, [n, Math.floor(c / size), i, c % size]),
  );
};

const triple = (q: number[], k: number[], v: number[]) => [fed(q), fed(k, -1, 1, 2), fed(v, -1, 1, 3)];

const attentionRows: Row[] = [
  {
    op: "Attention",
    note: "four axes",
    opset: 23,
    inputs: triple([2, 2, 3, 4], [2, 2, 5, 4], [2, 2, 5, 3]),
    reference: (q, k, v) => attended(q, k, v),
  },
  {
    op: "Attention",
    note: "three axes, grouped heads, causal",
    opset: 23,
    attributes: { q_num_heads: int(4), kv_num_heads: int(2), is_causal: int(1), scale: float(0.25) },
    inputs: triple([2, 3, 8], [2, 3, 4], [2, 3, 6]),
    reference: (q, k, v) => together(attended(apart(q, 4), apart(k, 2), apart(v, 2), { causal: true, scale: 0.25 })),
  },
  {
    op: "Attention",
    note: "choosing mask",
    opset: 23,
    inputs: [...triple([1, 2, 2, 4], [1, 2, 3, 4], [1, 2, 3, 4]), given("bool", [2, 3], [1, 0, 1, 1, 1, 0])],
    reference: (q, k, v, mask) => attended(q, k, v, { mask }),
  },
  {
    op: "Attention",
    note: "added mask",
    opset: 23,
    inputs: [...triple([1, 2, 2, 4], [1, 2, 3, 4], [1, 2, 3, 4]), fed([1, 1, 2, 3], -2, 2, 4)],
    reference: (q, k, v, mask) => attended(q, k, v, { mask }),
  },
  {
    op: "Attention",
    note: "soft cap",
    opset: 23,
    attributes: { softcap: float(0.5) },
    inputs: triple([1, 2, 2, 4], [1, 2, 3, 4], [1, 2, 3, 4]),
    reference: (q, k, v) => attended(q, k, v, { cap: 0.5 }),
  },
  {
    op: "Attention",
    note: "soft cap under a mask",
    opset: 23,
    attributes: { softcap: float(0.5), is_causal: int(1) },
    inputs: [...triple([1, 2, 3, 4], [1, 2, 3, 4], [1, 2, 3, 4]), fed([3, 3], -2, 2, 4)],
    reference: (q, k, v, mask) => attended(q, k, v, { cap: 0.5, causal: true, mask }),
  },
];

/** Pairs of features turned by angles given as cosine and sine. */
function turned(x: Numbers, cosine: Numbers, sine: Numbers, o: { size: number; interleaved?: true }): Numbers {
  const half = o.size / 2;
  return build(x.shape, ([n = 0, h = 0, i = 0, d = 0]) => {
    if (d >= o.size) return read(x, [n, h, i, d]);
    const pair = o.interleaved === true ? Math.floor(d / 2) : d % half;
    const isFirst = o.interleaved === true ? d % 2 === 0 : d < half;
    const first = read(x, [n, h, i, o.interleaved === true ? 2 * pair : pair]);
    const second = read(x, [n, h, i, o.interleaved === true ? 2 * pair + 1 : pair + half]);
    const [c, s] = [read(cosine, [n, i, pair]), read(sine, [n, i, pair])];
    return isFirst ? c * first - s * second : s * first + c * second;
  });
}

/** Rows of a table by position. */
const picked = (table: Numbers, positions: Numbers): Numbers =>
  build([...positions.shape, table.shape[1] ?? 1], ([n = 0, i = 0, pair = 0]) =>
    read(table, [read(positions, [n, i]), pair]),
  );

const rotaryRows: Row[] = [
  {
    op: "RotaryEmbedding",
    note: "halves, by position",
    opset: 23,
    inputs: [
      fed([2, 2, 3, 4]),
      { ...fed([5, 2], -1, 1, 2), constant: true },
      { ...fed([5, 2], -1, 1, 3), constant: true },
      given("int64", [2, 3], [0, 1, 2, 4, 3, 0]),
    ],
    reference: (x, cosine, sine, at) => turned(x, picked(cosine, at), picked(sine, at), { size: 4 }),
  },
  {
    op: "RotaryEmbedding",
    note: "neighbours, given tables",
    opset: 23,
    attributes: { interleaved: int(1) },
    inputs: [
      fed([2, 2, 3, 4]),
      { ...fed([2, 3, 2], -1, 1, 2), constant: true },
      { ...fed([2, 3, 2], -1, 1, 3), constant: true },
    ],
    reference: (x, cosine, sine) => turned(x, cosine, sine, { size: 4, interleaved: true }),
  },
  {
    op: "RotaryEmbedding",
    note: "some features, three axes",
    opset: 23,
    attributes: { num_heads: int(2), rotary_embedding_dim: int(4) },
    inputs: [
      fed([2, 3, 12]),
      { ...fed([2, 3, 2], -1, 1, 2), constant: true },
      { ...fed([2, 3, 2], -1, 1, 3), constant: true },
    ],
    reference: (x, cosine, sine) => together(turned(apart(x, 2), cosine, sine, { size: 4 })),
  },
];

export const attentionAndRotaryRows: readonly Row[] = [...attentionRows, ...rotaryRows];
