import { centerCropPad } from "../center-crop-pad";
import { compress } from "../compress";
import { concat } from "../concat";
import { constant } from "../constant";
import { constantOfShape } from "../constant-of-shape";
import { depthToSpace } from "../depth-to-space";
import { expand } from "../expand";
import { eyeLike } from "../eye-like";
import { flatten } from "../flatten";
import { gather } from "../gather";
import { gatherElements } from "../gather-elements";
import { gatherNd } from "../gather-nd";
import { nonZero } from "../non-zero";
import { oneHot } from "../one-hot";
import { pad } from "../pad";
import { range } from "../range";
import { reshape } from "../reshape";
import { resize } from "../resize";
import { reverseSequence } from "../reverse-sequence";
import { scatterElements } from "../scatter-elements";
import { scatterNd } from "../scatter-nd";
import { shape } from "../shape";
import { size } from "../size";
import { slice } from "../slice";
import { spaceToDepth } from "../space-to-depth";
import { split } from "../split";
import { squeeze } from "../squeeze";
import { tile } from "../tile";
import { transpose } from "../transpose";
import { trilu } from "../trilu";
import { unsqueeze } from "../unsqueeze";
import type { Operator } from "../operator";

export const layout: readonly Operator[] = [
  centerCropPad,
  compress,
  concat,
  constant,
  constantOfShape,
  depthToSpace,
  expand,
  eyeLike,
  flatten,
  gather,
  gatherElements,
  gatherNd,
  nonZero,
  oneHot,
  pad,
  range,
  reshape,
  resize,
  reverseSequence,
  scatterElements,
  scatterNd,
  shape,
  size,
  slice,
  spaceToDepth,
  split,
  squeeze,
  tile,
  transpose,
  trilu,
  unsqueeze,
];
