/** Severity of a line. */
export type LogLevel = "info" | "warn" | "error";

/** One JSON line a fact, for people with `tail` and for log collectors alike. Never holds secrets or request bodies. */
export function log(level: LogLevel, message: string, facts: Readonly<Record<string, string | number>> = {}): void {
  process.stdout.write(`${JSON.stringify({ at: new Date().toISOString(), level, message, ...facts })}\n`);
}
