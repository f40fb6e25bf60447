import { readFileSync } from "node:fs";

const PERIOD_MS = 250;

/**
 * Resident memory of a process and all its descendants, in bytes, or null where /proc does not tell. Under bubblewrap
 * the training process is a grandchild, so one process id is not enough.
 */
export function residentBytes(pid: number): number | null {
  const own = statusBytes(pid, "VmRSS");
  if (own === null) return null;
  return childrenOf(pid).reduce((sum, child) => sum + (residentBytes(child) ?? 0), own);
}

/** Calls `onExceeded` once when the process tree holds more than the limit. Returns how to stop watching. */
export function watchMemory(pid: number, limitBytes: number, onExceeded: (bytes: number) => void): () => void {
  const timer = setInterval(() => {
    const bytes = residentBytes(pid);
    if (bytes === null || bytes <= limitBytes) return;
    clearInterval(timer);
    onExceeded(bytes);
  }, PERIOD_MS);
  return () => clearInterval(timer);
}

/** Whether this machine can be watched at all. */
export function canWatchMemory(): boolean {
  return residentBytes(process.pid) !== null;
}

function statusBytes(pid: number, field: string): number | null {
  try {
    const line = new RegExp(`^${field}:\\s+(\\d+) kB$`, "m").exec(readFileSync(`/proc/${pid}/status`, "utf8"));
    return line === null ? null : Number(line[1]) * 1024;
  } catch {
    return null;
  }
}

function childrenOf(pid: number): number[] {
  try {
    const list = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim();
    return list === "" ? [] : list.split(" ").map(Number);
  } catch {
    return [];
  }
}
