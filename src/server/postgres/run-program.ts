import { spawn } from "node:child_process";
import type { ServerUser } from "./server-user";

export interface ProgramResult {
  readonly code: number | null;
  readonly output: string;
}

/**
 * Runs one of PostgreSQL's programs to its end. Its output goes to this process only until it exits: pg_ctl leaves a
 * server behind that would otherwise hold the pipe open for ever.
 */
export function runProgram(
  path: string,
  args: readonly string[],
  user: ServerUser | undefined,
): Promise<ProgramResult> {
  return new Promise((resolve) => {
    let output = "";
    const env = { NODE_ENV: "production" as const, PATH: "/usr/bin:/bin", LC_ALL: "C", TZ: "UTC" };
    const child = spawn(path, args, { ...user, cwd: "/", env, stdio: ["ignore", "pipe", "pipe"] });
    const collect = (chunk: Buffer): void => void (output += chunk.toString("utf8"));
    child.stdout.on("data", collect);
    child.stderr.on("data", collect);
    child.on("error", (error) => resolve({ code: null, output: error.message }));
    child.on("exit", (code) => {
      child.stdout.destroy();
      child.stderr.destroy();
      resolve({ code, output });
    });
  });
}
