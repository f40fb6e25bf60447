import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** What a running server writes into its lock file (PostgreSQL's pidfile.h). */
export interface Postmaster {
  readonly pid: number;
  readonly port: number;
  /** Id of its System V shared memory segment; 0 where there is none yet. */
  readonly memoryId: number;
}

const SETTLE_MS_MAX = 5_000;
const LOOK_EVERY_MS = 50;

/** The server that the cluster's lock file names, or null without such a file. It may be dead. */
export function readPostmaster(cluster: string): Postmaster | null {
  const path = join(cluster, "postmaster.pid");
  if (!existsSync(path)) return null;
  const lines = readFileSync(path, "utf8").split("\n");
  return { pid: Number(lines[0]), port: Number(lines[3]), memoryId: Number(lines[6]?.trim().split(/\s+/)[1] ?? 0) };
}

/** Whether a process runs. One that has ended without its parent noticing (a zombie) does not. */
export function isProcessAlive(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
  return processState(pid) !== "Z";
}

/** proc(5), third field of stat; empty where there is no /proc. */
function processState(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2, stat.lastIndexOf(")") + 3);
  } catch {
    return "";
  }
}

/**
 * Removes the lock file of a server that was killed and lies there as a zombie, as it does in a container whose first
 * process reaps nobody: PostgreSQL would take it for alive. Waits first until the dead server's own processes have let
 * go of its shared memory, which is what PostgreSQL itself checks before it starts beside them.
 */
export async function clearZombieLock(cluster: string): Promise<void> {
  const postmaster = readPostmaster(cluster);
  if (postmaster === null || processState(postmaster.pid) !== "Z") return;
  for (let waitedMs = 0; waitedMs < SETTLE_MS_MAX && attachedTo(postmaster.memoryId) > 0; waitedMs += LOOK_EVERY_MS)
    await sleep(LOOK_EVERY_MS);
  if (attachedTo(postmaster.memoryId) === 0) rmSync(join(cluster, "postmaster.pid"), { force: true });
}

/** How many processes have a System V shared memory segment attached (/proc/sysvipc/shm, columns shmid and nattch). */
function attachedTo(memoryId: number): number {
  const rows = readFileSync("/proc/sysvipc/shm", "utf8").trim().split("\n").slice(1);
  const row = rows.map((line) => line.trim().split(/\s+/)).find((columns) => Number(columns[1]) === memoryId);
  return Number(row?.[6] ?? 0);
}
