import { DomainError, type RefusalKind } from "@/kernel";
import { GraphRefusal } from "@trainyard/graph";

/** The graph compiler refuses the model; the message names the node, the reason and the way out. */
export class ModelRefused extends DomainError {
  readonly code: string;
  readonly kind: RefusalKind = "invalid";

  constructor(refusal: GraphRefusal) {
    super(refusal.message, refusal.node === undefined ? {} : { node: refusal.node });
    this.code = refusal.code;
  }
}

/** The uploaded dataset is not in a format we read, or its parts do not fit together. */
export class DatasetRefused extends DomainError {
  readonly code = "jobs/dataset-refused";
  readonly kind = "invalid";
}

/** The dataset yields fewer examples than one batch. */
export class DatasetTooSmall extends DomainError {
  readonly code = "jobs/dataset-too-small";
  readonly kind = "invalid";
}

/** Dataset and model do not fit: shapes, types or number of inputs. */
export class DatasetMismatch extends DomainError {
  readonly code = "jobs/dataset-mismatch";
  readonly kind = "invalid";
}

/** The bytes were never uploaded, or are gone. */
export class BlobMissing extends DomainError {
  readonly code = "jobs/blob-missing";
  readonly kind = "invalid";
}

/** The lease is another's, over, or was handed on: whoever holds it must drop the work. */
export class LeaseFenced extends DomainError {
  readonly code = "lease/fenced";
  readonly kind = "conflict";
}

/** The job has ended, so this cannot be done any more. */
export class JobEnded extends DomainError {
  readonly code = "jobs/ended";
  readonly kind = "conflict";
}

/** The same idempotency key was used for another job. */
export class IdempotencyMismatch extends DomainError {
  readonly code = "jobs/idempotency-mismatch";
  readonly kind = "conflict";
}

/** Runs compiler code and turns its refusals into ours. */
export function refusingGraphs<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof GraphRefusal) throw new ModelRefused(error);
    throw error;
  }
}
