import { batchLastConv } from "../batch-last-conv";
import { batchStatisticsNormalization } from "../batch-statistics-normalization";
import { bitShift } from "../bit-shift";
import { bitwiseAnd } from "../bitwise-and";
import { bitwiseXor } from "../bitwise-xor";
import { channelsLastConv } from "../channels-last-conv";
import { fusedMatmul } from "../fused-matmul";
import { loop } from "../loop";
import { softmaxCrossEntropy } from "../softmax-cross-entropy";
import type { Operator } from "../operator";

export const compiler: readonly Operator[] = [
  batchLastConv,
  batchStatisticsNormalization,
  bitShift,
  bitwiseAnd,
  bitwiseXor,
  channelsLastConv,
  fusedMatmul,
  loop,
  softmaxCrossEntropy,
];
