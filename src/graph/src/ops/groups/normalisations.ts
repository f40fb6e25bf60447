import { batchNormalization } from "../batch-normalization";
import { dropout } from "../dropout";
import { groupNormalization } from "../group-normalization";
import { instanceNormalization } from "../instance-normalization";
import { layerNormalization } from "../layer-normalization";
import { meanVarianceNormalization } from "../mean-variance-normalization";
import { rmsNormalization } from "../rms-normalization";
import type { Operator } from "../operator";

export const normalisations: readonly Operator[] = [
  batchNormalization,
  dropout,
  groupNormalization,
  instanceNormalization,
  layerNormalization,
  meanVarianceNormalization,
  rmsNormalization,
];
