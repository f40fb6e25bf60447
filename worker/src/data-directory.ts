import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { OperatorError } from "./operator-error";

/** The folders of one worker installation. */
export interface DataDirectory {
  readonly root: string;
  readonly blobs: string;
  /** Scratch space on the same file system as `blobs`, so that a finished file moves by rename. */
  readonly scratch: string;
}

/** Where a worker keeps its key and cache unless told otherwise. */
export function defaultDataDirectory(): string {
  return join(homedir(), ".trainyard", "worker");
}

/** Makes the folders, private to this user. */
export function openDataDirectory(path: string): DataDirectory {
  const root = resolve(path);
  const directory = { root, blobs: join(root, "blobs"), scratch: join(root, "scratch") };
  for (const folder of [root, directory.blobs, directory.scratch]) mkdirSync(folder, { recursive: true, mode: 0o700 });
  return directory;
}

/**
 * Claims the directory for this process: two workers with one identity would take each other's leases for ever.
 * A claim of a process that is gone is taken over, and what it left in scratch is removed.
 */
export function lockDataDirectory(directory: DataDirectory): () => void {
  const path = join(directory.root, "worker.lock");
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      const file = openSync(path, "wx", 0o600);
      writeSync(file, `${process.pid} ${startMark(process.pid)}`);
      closeSync(file);
      rmSync(directory.scratch, { recursive: true, force: true });
      mkdirSync(directory.scratch, { recursive: true, mode: 0o700 });
      return () => rmSync(path, { force: true });
    } catch (error) {
      if (!isExisting(error)) throw error;
      const [pid = "", mark = ""] = readFileSync(path, "utf8").split(" ");
      const holder = Number(pid);
      if (isAlive(holder) && startMark(holder) === mark)
        throw new OperatorError(
          `Another worker (process ${holder}) already uses ${directory.root}. Stop it, or give this one its own --data-dir and join it separately.`,
        );
      rmSync(path, { force: true });
    }
  }
  throw new OperatorError(`The lock ${path} is contended. Start the worker again.`);
}

function isExisting(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "EEXIST";
}

/** When a process started, in clock ticks (proc(5), field 22): tells a reused process id apart. Empty off Linux. */
function startMark(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "";
  } catch {
    return "";
  }
}

function isAlive(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0 || pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
