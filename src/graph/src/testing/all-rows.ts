import { moreElementwiseRows } from "./rows-activations";
import { attentionAndRotaryRows } from "./rows-attention";
import { einsumRows } from "./rows-einsum";
import { elementwiseRows } from "./rows-elementwise";
import { emptyRows } from "./rows-empty";
import { layoutRows } from "./rows-layout";
import { normalisationRows } from "./rows-normalisations";
import { placeRows } from "./rows-places";
import { poolingRows } from "./rows-pooling";
import { productRows } from "./rows-products";
import { recurrentRows } from "./rows-recurrent";
import { reductionRows } from "./rows-reductions";
import { resamplingRows } from "./rows-resampling";
import { reshapedRows } from "./rows-reshaped";
import { windowRows } from "./rows-windows";
import type { Row } from "./row";

/** Rows of operators that may stand in a buyer's model; each is also run by the runtime's own kernel. */
export const buyerRows: readonly Row[] = [
  ...elementwiseRows,
  ...moreElementwiseRows,
  ...layoutRows,
  ...placeRows,
  ...resamplingRows,
  ...productRows,
  ...einsumRows,
  ...reductionRows,
  ...windowRows,
  ...poolingRows,
  ...normalisationRows,
  ...recurrentRows,
  ...attentionAndRotaryRows,
  ...reshapedRows,
  ...emptyRows,
];
