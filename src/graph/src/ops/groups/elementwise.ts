import { abs } from "../abs";
import { acos } from "../acos";
import { acosh } from "../acosh";
import { add } from "../add";
import { and } from "../and";
import { asin } from "../asin";
import { asinh } from "../asinh";
import { atan } from "../atan";
import { atanh } from "../atanh";
import { cast } from "../cast";
import { castLike } from "../cast-like";
import { ceil } from "../ceil";
import { celu } from "../celu";
import { clip } from "../clip";
import { cos } from "../cos";
import { cosh } from "../cosh";
import { div } from "../div";
import { elu } from "../elu";
import { equal } from "../equal";
import { erf } from "../erf";
import { exp } from "../exp";
import { floor } from "../floor";
import { gelu } from "../gelu";
import { greater } from "../greater";
import { greaterOrEqual } from "../greater-or-equal";
import { hardSigmoid } from "../hard-sigmoid";
import { hardSwish } from "../hard-swish";
import { identity } from "../identity";
import { isInf } from "../is-inf";
import { isNan } from "../is-nan";
import { leakyRelu } from "../leaky-relu";
import { less } from "../less";
import { lessOrEqual } from "../less-or-equal";
import { log } from "../log";
import { max } from "../max";
import { mean } from "../mean";
import { min } from "../min";
import { mish } from "../mish";
import { mod } from "../mod";
import { mul } from "../mul";
import { neg } from "../neg";
import { not } from "../not";
import { or } from "../or";
import { pRelu } from "../p-relu";
import { pow } from "../pow";
import { reciprocal } from "../reciprocal";
import { relu } from "../relu";
import { round } from "../round";
import { selu } from "../selu";
import { shrink } from "../shrink";
import { sigmoid } from "../sigmoid";
import { sign } from "../sign";
import { sin } from "../sin";
import { sinh } from "../sinh";
import { softplus } from "../softplus";
import { softsign } from "../softsign";
import { sqrt } from "../sqrt";
import { sub } from "../sub";
import { sum } from "../sum";
import { tan } from "../tan";
import { tanh } from "../tanh";
import { thresholdedRelu } from "../thresholded-relu";
import { where } from "../where";
import { xor } from "../xor";
import type { Operator } from "../operator";

export const elementwise: readonly Operator[] = [
  abs,
  acos,
  acosh,
  add,
  and,
  asin,
  asinh,
  atan,
  atanh,
  cast,
  castLike,
  ceil,
  celu,
  clip,
  cos,
  cosh,
  div,
  elu,
  equal,
  erf,
  exp,
  floor,
  gelu,
  greater,
  greaterOrEqual,
  hardSigmoid,
  hardSwish,
  identity,
  isInf,
  isNan,
  leakyRelu,
  less,
  lessOrEqual,
  log,
  max,
  mean,
  min,
  mish,
  mod,
  mul,
  neg,
  not,
  or,
  pow,
  pRelu,
  reciprocal,
  relu,
  round,
  selu,
  shrink,
  sigmoid,
  sign,
  sin,
  sinh,
  softplus,
  softsign,
  sqrt,
  sub,
  sum,
  tan,
  tanh,
  thresholdedRelu,
  where,
  xor,
];
