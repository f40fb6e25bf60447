import { abs } from "./abs";
import { add } from "./add";
import { and } from "./and";
import { argMax } from "./arg-max";
import { averagePool } from "./average-pool";
import { batchNormalization } from "./batch-normalization";
import { batchStatisticsNormalization } from "./batch-statistics-normalization";
import { bitShift } from "./bit-shift";
import { bitwiseAnd } from "./bitwise-and";
import { bitwiseXor } from "./bitwise-xor";
import { cast } from "./cast";
import { ceil } from "./ceil";
import { clip } from "./clip";
import { concat } from "./concat";
import { constantOfShape } from "./constant-of-shape";
import { constant } from "./constant";
import { convTranspose } from "./conv-transpose";
import { conv } from "./conv";
import { div } from "./div";
import { dropout } from "./dropout";
import { elu } from "./elu";
import { equal } from "./equal";
import { erf } from "./erf";
import { exp } from "./exp";
import { expand } from "./expand";
import { flatten } from "./flatten";
import { floor } from "./floor";
import { fusedMatmul } from "./fused-matmul";
import { gatherElements } from "./gather-elements";
import { gather } from "./gather";
import { gelu } from "./gelu";
import { gemm } from "./gemm";
import { globalAveragePool } from "./global-average-pool";
import { greaterOrEqual } from "./greater-or-equal";
import { greater } from "./greater";
import { identity } from "./identity";
import { layerNormalization } from "./layer-normalization";
import { leakyRelu } from "./leaky-relu";
import { lessOrEqual } from "./less-or-equal";
import { less } from "./less";
import { logSoftmax } from "./log-softmax";
import { log } from "./log";
import { loop } from "./loop";
import { matmul } from "./matmul";
import { maxPool } from "./max-pool";
import { max } from "./max";
import { min } from "./min";
import { mul } from "./mul";
import { neg } from "./neg";
import { not } from "./not";
import { oneHot } from "./one-hot";
import { or } from "./or";
import { pad } from "./pad";
import { pow } from "./pow";
import { range } from "./range";
import { reciprocal } from "./reciprocal";
import { reduceMax } from "./reduce-max";
import { reduceMean } from "./reduce-mean";
import { reduceSum } from "./reduce-sum";
import { relu } from "./relu";
import { reshape } from "./reshape";
import { scatterElements } from "./scatter-elements";
import { shape } from "./shape";
import { sigmoid } from "./sigmoid";
import { sign } from "./sign";
import { slice } from "./slice";
import { softmaxCrossEntropy } from "./softmax-cross-entropy";
import { softmax } from "./softmax";
import { softplus } from "./softplus";
import { split } from "./split";
import { sqrt } from "./sqrt";
import { squeeze } from "./squeeze";
import { sub } from "./sub";
import { sum } from "./sum";
import { tanh } from "./tanh";
import { transpose } from "./transpose";
import { trilu } from "./trilu";
import { unsqueeze } from "./unsqueeze";
import { where } from "./where";
import type { Operator } from "./operator";

const ALL: readonly Operator[] = [
  abs,
  add,
  and,
  argMax,
  averagePool,
  batchNormalization,
  batchStatisticsNormalization,
  bitShift,
  bitwiseAnd,
  bitwiseXor,
  cast,
  ceil,
  clip,
  concat,
  constantOfShape,
  constant,
  convTranspose,
  conv,
  div,
  dropout,
  elu,
  equal,
  erf,
  exp,
  expand,
  flatten,
  floor,
  fusedMatmul,
  gatherElements,
  gather,
  gelu,
  gemm,
  globalAveragePool,
  greaterOrEqual,
  greater,
  identity,
  layerNormalization,
  leakyRelu,
  lessOrEqual,
  less,
  logSoftmax,
  log,
  loop,
  matmul,
  maxPool,
  max,
  min,
  mul,
  neg,
  not,
  oneHot,
  or,
  pad,
  pow,
  range,
  reciprocal,
  reduceMax,
  reduceMean,
  reduceSum,
  relu,
  reshape,
  scatterElements,
  shape,
  sigmoid,
  sign,
  slice,
  softmaxCrossEntropy,
  softmax,
  softplus,
  split,
  sqrt,
  squeeze,
  sub,
  sum,
  tanh,
  transpose,
  trilu,
  unsqueeze,
  where,
];

/** Every operator the compiler knows, by ONNX name. What is not here is refused. */
export const operators: ReadonlyMap<string, Operator> = new Map(ALL.map((operator) => [operator.name, operator]));

/** The operator of this ONNX name, if it is supported. */
export function findOperator(name: string): Operator | undefined {
  return operators.get(name);
}
