import { averagePool } from "../average-pool";
import { conv } from "../conv";
import { convTranspose } from "../conv-transpose";
import { globalAveragePool } from "../global-average-pool";
import { globalLpPool } from "../global-lp-pool";
import { globalMaxPool } from "../global-max-pool";
import { lpPool } from "../lp-pool";
import { lrn } from "../lrn";
import { maxPool } from "../max-pool";
import { maxUnpool } from "../max-unpool";
import type { Operator } from "../operator";

export const windows: readonly Operator[] = [
  averagePool,
  conv,
  convTranspose,
  globalAveragePool,
  globalLpPool,
  globalMaxPool,
  lpPool,
  lrn,
  maxPool,
  maxUnpool,
];
