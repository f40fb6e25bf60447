import { float, int, type Attributes } from "../ir";
import { broadcastShape } from "../shape";
import { fed, fixed, given, list, type Row } from "./row";
import { mean, reduced, squeezed, total } from "./reduced";
import { build, read, type Numbers } from "./runtime";

const flip = (x: Numbers): Numbers => {
  const shape = [...x.shape.slice(0, -2), x.shape.at(-1) ?? 1, x.shape.at(-2) ?? 1];
  return build(shape, (at) => read(x, [...at.slice(0, -2), at.at(-1) ?? 0, at.at(-2) ?? 0]));
};

function product(a: Numbers, b: Numbers): Numbers {
  const k = a.shape.at(-1) ?? 1;
  const shape = [
    ...broadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2)),
    a.shape.at(-2) ?? 1,
    b.shape.at(-1) ?? 1,
  ];
  return build(shape, (at) => {
    const [batch, i, j] = [at.slice(0, -2), at.at(-2) ?? 0, at.at(-1) ?? 0];
    let sum = 0;
    for (let l = 0; l < k; l++) sum += read(a, [...batch, i, l]) * read(b, [...batch, l, j]);
    return sum;
  });
}

const scaled = (x: Numbers, factor: number): Numbers => ({ ...x, data: x.data.map((v) => v * factor) });
const plus = (x: Numbers, y: Numbers): Numbers => build(x.shape, (at) => read(x, at) + read(y, at));

function softmax(x: Numbers, axis: number): Numbers {
  const sums = reduced({ ...x, data: x.data.map(Math.exp) }, [axis], total);
  return build(x.shape, (at) => Math.exp(read(x, at)) / read(sums, at));
}

function normalised(x: Numbers, axes: readonly number[], epsilon: number): Numbers {
  const centre = reduced(x, axes, mean);
  const centred = build(x.shape, (at) => read(x, at) - read(centre, at));
  const variance = reduced({ ...centred, data: centred.data.map((v) => v * v) }, axes, mean);
  return build(x.shape, (at) => read(centred, at) / Math.sqrt(read(variance, at) + epsilon));
}

const gemmAttributes: Attributes = { transA: int(1), transB: int(1), alpha: float(0.5), beta: float(2) };

export const productRows: readonly Row[] = [
  { op: "MatMul", note: "matrices", inputs: [fed([3, 4]), fed([4, 5], -1, 1, 2)], reference: product },
  { op: "MatMul", note: "stack by matrix", inputs: [fed([2, 3, 4]), fed([4, 5], -1, 1, 2)], reference: product },
  { op: "MatMul", note: "broadcast stacks", inputs: [fed([2, 1, 3, 4]), fed([3, 4, 5], -1, 1, 2)], reference: product },
  {
    op: "MatMul",
    note: "by vector",
    inputs: [fed([2, 3, 4]), fed([4], -1, 1, 2)],
    reference: (a, b) => squeezed(product(a, squeezed(b, 4, 1)), 2, 3),
  },
  {
    op: "MatMul",
    note: "vector by matrix",
    inputs: [fed([4]), fed([4, 3], -1, 1, 2)],
    reference: (a, b) => squeezed(product(squeezed(a, 1, 4), b), 3),
  },
  {
    op: "Gemm",
    note: "plain",
    inputs: [fed([3, 4]), fed([4, 5], -1, 1, 2), fed([5], -1, 1, 3)],
    reference: (a, b, c) => plus(product(a, b), c),
  },
  {
    op: "Gemm",
    note: "all flags",
    attributes: gemmAttributes,
    inputs: [fed([4, 3]), fed([5, 4], -1, 1, 2), fed([3, 1], -1, 1, 3)],
    reference: (a, b, c) => plus(scaled(product(flip(a), flip(b)), 0.5), scaled(c, 2)),
  },
  {
    op: "Gemm",
    note: "first turned",
    attributes: { transA: int(1) },
    inputs: [fed([4, 3]), fed([4, 5], -1, 1, 2)],
    reference: (a, b) => product(flip(a), b),
  },
  {
    op: "Gemm",
    note: "second turned",
    attributes: { transB: int(1) },
    inputs: [fed([3, 4]), fed([5, 4], -1, 1, 2)],
    reference: (a, b) => product(a, flip(b)),
  },
  {
    op: "ReduceSum",
    note: "axes",
    attributes: { keepdims: int(0) },
    inputs: [fed([2, 3, 4]), list(0, -1)],
    reference: (x) => squeezed(reduced(x, [0, 2], total), 3),
  },
  { op: "ReduceSum", note: "all", inputs: [fed([2, 3])], reference: (x) => reduced(x, [0, 1], total) },
  { op: "ReduceMean", inputs: [fed([2, 3, 4]), list(1)], reference: (x) => reduced(x, [1], mean) },
  {
    op: "ReduceMax",
    inputs: [fed([2, 3, 4]), list(2)],
    reference: (x) => reduced(x, [2], (values) => Math.max(...values)),
  },
  {
    op: "ArgMax",
    attributes: { axis: int(1), keepdims: int(0) },
    inputs: [fed([3, 5])],
    reference: (x) => ({
      dtype: "int64",
      shape: [3],
      data: [0, 1, 2].map((i) => {
        const r = x.data.slice(i * 5, i * 5 + 5);
        return r.indexOf(Math.max(...r));
      }),
    }),
    valuesOnly: true,
  },
  { op: "Softmax", note: "last", inputs: [fed([3, 5], -3, 3)], reference: (x) => softmax(x, 1) },
  {
    op: "Softmax",
    note: "middle",
    attributes: { axis: int(1) },
    inputs: [fed([2, 4, 3], -3, 3)],
    reference: (x) => softmax(x, 1),
  },
  {
    op: "LogSoftmax",
    inputs: [fed([3, 5], -3, 3)],
    reference: (x) => ({ ...x, data: softmax(x, 1).data.map(Math.log) }),
  },
  {
    op: "LayerNormalization",
    inputs: [fed([2, 3, 6]), fed([6], 0.5, 2, 2), fed([6], -1, 1, 3)],
    reference: (x, w, c) => build(x.shape, (at) => read(normalised(x, [2], 1e-5), at) * read(w, at) + read(c, at)),
  },
  {
    op: "LayerNormalization",
    note: "two axes, float32 kernel",
    float32: true,
    attributes: { axis: int(1), epsilon: float(1e-3) },
    inputs: [fed([2, 3, 6]), fed([3, 6], 0.5, 2, 2)],
    reference: (x, w) => build(x.shape, (at) => read(normalised(x, [1, 2], Math.fround(1e-3)), at) * read(w, at)),
  },
  {
    op: "BatchNormalization",
    inputs: [
      fed([2, 3, 4]),
      fed([3], 0.5, 2, 2),
      fed([3], -1, 1, 3),
      fixed("float32", [3], [0.1, -0.2, 0.3]),
      fixed("float32", [3], [1, 2, 0.5]),
    ],
    reference: (x, w, c, m, v) =>
      build(
        x.shape,
        ([n = 0, k = 0, i = 0]) =>
          ((read(x, [n, k, i]) - read(m, [k])) / Math.sqrt(read(v, [k]) + Math.fround(1e-5))) * read(w, [k]) +
          read(c, [k]),
      ),
  },
  { op: "GlobalAveragePool", inputs: [fed([2, 3, 4, 5])], reference: (x) => reduced(x, [2, 3], mean) },
];

/** Rows of operators that only we emit; they are built directly and not read from a file. */
export const compilerRows: readonly Row[] = [
  {
    op: "FusedMatMul",
    note: "second turned",
    float32: true,
    attributes: { transB: int(1), alpha: float(0.5) },
    inputs: [fed([2, 3, 4]), fed([2, 5, 4], -1, 1, 2)],
    reference: (a, b) => scaled(product(a, flip(b)), 0.5),
  },
  {
    op: "FusedMatMul",
    note: "both turned",
    float32: true,
    attributes: { transA: int(1), transB: int(1) },
    inputs: [fed([2, 4, 3]), fed([2, 5, 4], -1, 1, 2)],
    reference: (a, b) => product(flip(a), flip(b)),
  },
  {
    op: "SoftmaxCrossEntropy",
    float32: true,
    inputs: [fed([4, 5], -3, 3), given("int64", [4], [0, 4, 2, 2])],
    reference: (x, labels) => build([4], ([i = 0]) => -Math.log(read(softmax(x, 1), [i, read(labels, [i])]))),
  },
];
