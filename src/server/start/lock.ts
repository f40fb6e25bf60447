import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { StartError } from "../postgres/start-error";

/**
 * Claims a data directory for this process. A claim whose process is gone is taken over. `wasLeft` is true when the one
 * before did not end in good order, so that its children may still be ending.
 */
export function lockDataDirectory(directory: string): { wasLeft: boolean; unlock: () => void } {
  const path = join(directory, "supervisor.lock");
  const claim = `${process.pid} ${startMark(process.pid)}`;
  const unlock = (): void => rmSync(path, { force: true });
  for (let wasLeft = false; ; wasLeft = true) {
    try {
      writeFileSync(path, claim, { flag: "wx" });
      return { wasLeft, unlock };
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
      refuseWhenHeld(path, directory);
      unlock();
    }
  }
}

function refuseWhenHeld(path: string, directory: string): void {
  const [pid = "", mark = ""] = readFileSync(path, "utf8").split(" ");
  const holder = Number(pid);
  if (holder === process.pid || !isAlive(holder) || startMark(holder) !== mark) return;
  throw new StartError(
    `Trainyard already runs on ${directory} (process ${holder}).`,
    "Stop it there with Ctrl-C, or start this one beside it with --data OTHER --port 3100.",
  );
}

function isAlive(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

/** When a process started (proc(5), field 22): tells a reused process id apart. Empty where there is no /proc. */
function startMark(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "";
  } catch {
    return "";
  }
}
