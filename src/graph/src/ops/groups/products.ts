import { einsum } from "../einsum";
import { gemm } from "../gemm";
import { matmul } from "../matmul";
import type { Operator } from "../operator";

export const products: readonly Operator[] = [einsum, gemm, matmul];
