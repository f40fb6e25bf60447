import { statfsSync } from "node:fs";
import { SetupError } from "./progress.mjs";

const FREE_BYTES_MIN = 3 * 1024 ** 3;

/** Ends the process with one sentence where Node is older than 20.19. */
export function requireRecentNode() {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  process.stderr.write(
    `Trainyard needs Node 20.19 or later; this is ${process.version}. Install it from https://nodejs.org and start again.\n`,
  );
  process.exit(1);
}

/** Packages, build and database need this much room before the first run. */
export function requireFreeDisk(folder) {
  const { bavail, bsize } = statfsSync(folder);
  const free = bavail * bsize;
  if (free >= FREE_BYTES_MIN) return;
  const gib = (bytes) => (bytes / 1024 ** 3).toFixed(1);
  throw new SetupError(
    `The disk that holds ${folder} has ${gib(free)} GiB free; the first start needs ${gib(FREE_BYTES_MIN)} GiB.`,
    "Free some space and start again.",
  );
}
