import { fusedMatmul } from "../fused-matmul";
import { loop } from "../loop";
import { softmaxCrossEntropy } from "../softmax-cross-entropy";
import type { Operator } from "../operator";

export const compiler: readonly Operator[] = [fusedMatmul, loop, softmaxCrossEntropy];
