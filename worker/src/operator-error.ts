/** A problem the operator of this machine can act on; printed as one plain message, without a stack. */
export class OperatorError extends Error {
  override name = "OperatorError";
}
