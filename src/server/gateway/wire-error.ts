import type { ServerResponse } from "node:http";
import { DomainError, type RefusalKind } from "@/kernel";
import { z } from "zod";
import { log } from "../log";

const STATUS: Record<RefusalKind, number> = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  "not-found": 404,
  conflict: 409,
  limit: 429,
};

/** A refusal that only the transport knows: wrong path, wrong method, body too large, not JSON. */
export class TransportRefusal extends Error {
  override name = "TransportRefusal";

  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/** Answers an error as WireError. Refusals keep their words; anything unknown becomes one neutral sentence and a log line. */
export function answerError(response: ServerResponse, error: unknown, requestId: string): void {
  const { status, code, message } = describe(error, requestId);
  if (response.headersSent) {
    response.destroy();
    return;
  }
  response.writeHead(status, { "content-type": "application/json", ...(status === 429 ? { "retry-after": "2" } : {}) });
  response.end(JSON.stringify({ error: { code, message, requestId } }));
}

function describe(error: unknown, requestId: string): { status: number; code: string; message: string } {
  if (error instanceof DomainError) return { status: STATUS[error.kind], code: error.code, message: error.message };
  if (error instanceof TransportRefusal) return error;
  if (error instanceof z.ZodError) {
    const issues = error.issues.slice(0, 5).map((issue) => `${issue.path.join(".") || "body"}: ${issue.message}`);
    return { status: 400, code: "gateway/invalid-request", message: `The request is not valid. ${issues.join("; ")}.` };
  }
  log("error", error instanceof Error ? (error.stack ?? error.message) : String(error), { requestId });
  return {
    status: 500,
    code: "gateway/internal",
    message: `Something went wrong here, not with you. Quote request ${requestId}.`,
  };
}
