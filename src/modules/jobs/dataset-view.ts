import { DatasetSplit, exampleCount, heldOutCount, type DatasetColumn } from "@trainyard/protocol";

export interface ColumnView {
  readonly name: string;
  readonly dtype: DatasetColumn["dtype"];
  readonly shape: readonly number[];
}

/** A dataset as the wizard shows it. Counts are examples (rows, or windows of a token stream). */
export interface DatasetView {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly kind: DatasetSplit["kind"];
  readonly trainCount: number;
  readonly heldOutCount: number;
  readonly totalBytes: number;
  readonly public: boolean;
  readonly features: readonly ColumnView[];
  readonly labels: ColumnView | null;
}

/** Builds the view from a stored row. */
export function datasetView(row: {
  id: string;
  organisationId: string | null;
  name: string;
  description: string;
  train: unknown;
  heldOut: unknown;
  totalBytes: bigint;
}): DatasetView {
  const train = DatasetSplit.parse(row.train);
  const heldOut = DatasetSplit.parse(row.heldOut);
  const column = ({ name, dtype, shape }: DatasetColumn): ColumnView => ({ name, dtype, shape });
  return {
    id: row.id,
    name: row.name,
    description: row.description,
    kind: train.kind,
    trainCount: exampleCount(train),
    heldOutCount: heldOutCount(heldOut),
    totalBytes: Number(row.totalBytes),
    public: row.organisationId === null,
    features: train.kind === "examples" ? train.features.map(column) : [column(train.tokens)],
    labels: train.kind === "examples" ? column(train.labels) : null,
  };
}
