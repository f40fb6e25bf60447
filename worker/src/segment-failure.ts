import type { FailRequest } from "@trainyard/protocol";

export type FailCode = FailRequest["code"];

/** Why a segment could not be finished, in the gateway's words. */
export class SegmentFailure extends Error {
  override name = "SegmentFailure";

  constructor(
    readonly code: FailCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** Reads what the runtime threw: memory it could not get is told apart from a graph it does not accept. */
export function asSegmentFailure(error: unknown, otherwise: FailCode): SegmentFailure {
  if (error instanceof SegmentFailure) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new SegmentFailure(isOutOfMemory(message) ? "out-of-memory" : otherwise, message, { cause: error });
}

/** Whether a message of V8, libstdc++ or ONNX Runtime means that memory ran out, or that a size is beyond all addresses. */
export function isOutOfMemory(text: string): boolean {
  return /bad_alloc|failed to allocate|out of memory|array buffer allocation failed|ENOMEM|SafeIntOnOverflow/i.test(
    text,
  );
}
