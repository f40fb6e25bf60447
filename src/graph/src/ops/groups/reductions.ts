import { argMax } from "../arg-max";
import { argMin } from "../arg-min";
import { cumSum } from "../cum-sum";
import { hardmax } from "../hardmax";
import { logSoftmax } from "../log-softmax";
import { lpNormalization } from "../lp-normalization";
import { reduceL1 } from "../reduce-l1";
import { reduceL2 } from "../reduce-l2";
import { reduceLogSum } from "../reduce-log-sum";
import { reduceLogSumExp } from "../reduce-log-sum-exp";
import { reduceMax } from "../reduce-max";
import { reduceMean } from "../reduce-mean";
import { reduceMin } from "../reduce-min";
import { reduceProd } from "../reduce-prod";
import { reduceSum } from "../reduce-sum";
import { reduceSumSquare } from "../reduce-sum-square";
import { softmax } from "../softmax";
import { topK } from "../top-k";
import type { Operator } from "../operator";

export const reductions: readonly Operator[] = [
  argMax,
  argMin,
  cumSum,
  hardmax,
  logSoftmax,
  lpNormalization,
  reduceL1,
  reduceL2,
  reduceLogSum,
  reduceLogSumExp,
  reduceMax,
  reduceMean,
  reduceMin,
  reduceProd,
  reduceSum,
  reduceSumSquare,
  softmax,
  topK,
];
