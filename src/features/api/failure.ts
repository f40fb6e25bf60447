import { TRPCClientError } from "@trpc/client";
import type { AppRouter } from "@/server/trpc/root";

/** A failed call in the parts that a page shows. */
export interface Failure {
  readonly message: string;
  /** Stable code of a refusal, "network" when no answer came, "internal" when the fault is ours. */
  readonly code: string;
  readonly values: Readonly<Record<string, string | number>>;
  readonly fields: Readonly<Record<string, string>>;
  readonly requestId: string | null;
}

/** Reads an error of a query or mutation; null for none. */
export function failureOf(error: unknown): Failure | null {
  if (error === null || error === undefined) return null;
  const none = { values: {}, fields: {}, requestId: null };
  if (!(error instanceof TRPCClientError))
    return {
      ...none,
      message: error instanceof Error ? error.message : "Something went wrong. Try again.",
      code: "internal",
    };
  const known = error as TRPCClientError<AppRouter>;
  const { data } = known;
  if (!data)
    return {
      ...none,
      message: "Trainyard did not answer. Check the connection; this page tries again.",
      code: "network",
    };
  const { refusal, requestId } = data;
  return {
    message: known.message,
    code: refusal?.code ?? "internal",
    values: refusal?.values ?? {},
    fields: refusal?.fields ?? {},
    requestId,
  };
}
