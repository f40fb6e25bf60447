/** What a refusal says: the sentence parts, and where in the model it applies. */
export interface RefusalDetail {
  /** What was found, as a full sentence. */
  readonly reason: string;
  /** What the user can do about it, as a full sentence. */
  readonly fix: string;
  readonly node?: string | undefined;
  readonly op?: string | undefined;
}

/**
 * Why a model or an option is not accepted. `code` is stable ("graph/external-data"), `message` is a sentence for a
 * user, `node` and `op` name the place when there is one.
 */
export class GraphRefusal extends Error {
  override name = "GraphRefusal";
  readonly reason: string;
  readonly fix: string;
  readonly node?: string;
  readonly op?: string;

  constructor(
    readonly code: string,
    detail: RefusalDetail,
  ) {
    super(`${detail.reason} ${detail.fix}`);
    this.reason = detail.reason;
    this.fix = detail.fix;
    if (detail.node !== undefined) this.node = detail.node;
    if (detail.op !== undefined) this.op = detail.op;
  }

  /** The same refusal with the node it happened at, unless one is named already. */
  at(node: string, op: string): GraphRefusal {
    if (this.node !== undefined) return this;
    return new GraphRefusal(this.code, { reason: `${op} node "${node}": ${this.reason}`, fix: this.fix, node, op });
  }
}

/** Throws a refusal about shapes or values that do not fit an operator. */
export function misfit(reason: string, fix = "Check the model with the exporter that wrote it."): never {
  throw new GraphRefusal("graph/shape-mismatch", { reason, fix });
}

/** Throws a refusal about a valid use of an operator that is not supported here. */
export function unsupported(reason: string, fix: string): never {
  throw new GraphRefusal("graph/unsupported-operator", { reason, fix });
}
