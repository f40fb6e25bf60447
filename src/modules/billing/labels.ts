/** What a buyer says of a job for its own books: whoever keeps such words fills this in, and billing carries it along. */
export interface JobLabels {
  readonly project: string | null;
  readonly costCentre: string | null;
  readonly purchaseOrder: string | null;
  readonly tags: Readonly<Record<string, string>>;
}

export const NO_LABELS: JobLabels = { project: null, costCentre: null, purchaseOrder: null, tags: {} };
