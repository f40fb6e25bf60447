import { batchLastConv } from "../batch-last-conv";
import { batchStatisticsNormalization } from "../batch-statistics-normalization";
import { bitShift } from "../bit-shift";
import { bitwiseAnd } from "../bitwise-and";
import { bitwiseXor } from "../bitwise-xor";
import { channelsLastConv } from "../channels-last-conv";
import { dequantizeLinear } from "../dequantize-linear";
import { fusedMatmul } from "../fused-matmul";
import { loop } from "../loop";
import { matmulInteger } from "../matmul-integer";
import { quantizeLinear } from "../quantize-linear";
import { softmaxCrossEntropy } from "../softmax-cross-entropy";
import type { Operator } from "../operator";

export const compiler: readonly Operator[] = [
  batchLastConv,
  batchStatisticsNormalization,
  bitShift,
  bitwiseAnd,
  bitwiseXor,
  channelsLastConv,
  dequantizeLinear,
  fusedMatmul,
  loop,
  matmulInteger,
  quantizeLinear,
  softmaxCrossEntropy,
];
