import { TRPCError } from "@trpc/server";
import type { TRPC_ERROR_CODE_KEY } from "@trpc/server/rpc";
import { z } from "zod";
import type { DomainError, RefusalKind } from "@/kernel";
import { log } from "../log";

const CODES: Record<RefusalKind, TRPC_ERROR_CODE_KEY> = {
  invalid: "BAD_REQUEST",
  unauthenticated: "UNAUTHORIZED",
  forbidden: "FORBIDDEN",
  "not-found": "NOT_FOUND",
  conflict: "CONFLICT",
  limit: "TOO_MANY_REQUESTS",
};
const STATUS: Record<RefusalKind, number> = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  "not-found": 404,
  conflict: 409,
  limit: 429,
};

/** What the browser is told beside the sentence: the stable code, the facts, and which fields of the input are wrong. */
export interface RefusalData {
  readonly code: string;
  readonly values: Readonly<Record<string, string | number>>;
  readonly fields: Readonly<Record<string, string>>;
}

/** Recognises refusals by their shape: a bundler may load a class twice, and then instanceof lies. */
export function refusalOf(error: unknown): DomainError | null {
  if (!(error instanceof Error) || !("kind" in error) || !("code" in error) || !("values" in error)) return null;
  return typeof error.kind === "string" && error.kind in CODES ? (error as DomainError) : null;
}

/** Gives a failed call its transport code; anything that is not a refusal is logged under the request id and hidden. */
export function toTransportError(error: TRPCError, facts: { requestId: string; path: string }): TRPCError {
  const refusal = refusalOf(error.cause);
  if (refusal !== null) return new TRPCError({ code: CODES[refusal.kind], message: refusal.message, cause: refusal });
  if (error.cause instanceof z.ZodError)
    return new TRPCError({ code: "BAD_REQUEST", message: sentenceOf(error.cause), cause: error.cause });
  if (error.code !== "INTERNAL_SERVER_ERROR") return error;
  const cause = error.cause ?? error;
  log("error", cause.stack ?? cause.message, facts);
  return new TRPCError({ code: "INTERNAL_SERVER_ERROR", message: neutralSentence(facts.requestId) });
}

/** The one sentence that an unexpected failure is told with. */
export function neutralSentence(requestId: string): string {
  return `Something went wrong on our side, not with you. Try again; if it stays, quote request ${requestId}.`;
}

/** The refusal part of an error's data; empty for other errors. */
export function refusalData(cause: unknown): RefusalData | null {
  const refusal = refusalOf(cause);
  if (refusal !== null) return { code: refusal.code, values: refusal.values, fields: {} };
  if (!(cause instanceof z.ZodError)) return null;
  const fields = cause.issues.map((issue) => [issue.path.join("."), issue.message] as const);
  return { code: "input/invalid", values: {}, fields: Object.fromEntries(fields) };
}

function sentenceOf(error: z.ZodError): string {
  const [first] = error.issues;
  if (first === undefined) return "The input is not valid.";
  return `${first.path.join(".") || "Input"}: ${first.message}`;
}

/** A refusal as a plain HTTP answer, for the routes that stream bytes. */
export function refusalResponse(error: unknown, requestId: string): Response {
  const refusal = refusalOf(error);
  if (refusal !== null) {
    const { code, message, kind } = refusal;
    return Response.json({ error: { code, message, requestId } }, { status: STATUS[kind] });
  }
  log("error", error instanceof Error ? (error.stack ?? error.message) : String(error), { requestId });
  return Response.json(
    { error: { code: "internal", message: neutralSentence(requestId), requestId } },
    { status: 500 },
  );
}
