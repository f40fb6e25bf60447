import { rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { installPackages, setupEnvironment } from "./install.mjs";
import { runBehindLine, SetupError } from "./progress.mjs";

export const root = fileURLToPath(new URL("../..", import.meta.url));

/** Installs and builds what is missing or has changed. Ends the process with one sentence when it cannot. */
export async function prepare() {
  const logFile = join(root, ".data", "logs", "setup.log");
  rmSync(logFile, { force: true });
  try {
    await installPackages(root, logFile);
    await runBehindLine("Building", {
      command: process.execPath,
      args: [join(root, "scripts", "build.mjs")],
      cwd: root,
      env: setupEnvironment(),
      logFile,
      fix: `The whole output is in ${logFile}.`,
    });
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    process.stderr.write(`${error.output}\n\n${error.message}\n`);
    process.exit(1);
  }
}
