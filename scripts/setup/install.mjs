import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { requireFreeDisk } from "./requirements.mjs";
import { runBehindLine, SetupError } from "./progress.mjs";

/** Nothing but the registry is asked: no native engine, no GPU runtime and no usage report is fetched or sent. */
const QUIET_ENVIRONMENT = {
  ONNXRUNTIME_NODE_INSTALL: "skip",
  PRISMA_SKIP_POSTINSTALL_GENERATE: "1",
  PRISMA_HIDE_UPDATE_MESSAGE: "1",
  CHECKPOINT_DISABLE: "1",
  NEXT_TELEMETRY_DISABLED: "1",
  PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD: "1",
  NO_UPDATE_NOTIFIER: "1",
};

/** Environment for every program that set-up runs. */
export function setupEnvironment() {
  return { ...process.env, ...QUIET_ENVIRONMENT };
}

/** Installs the packages of package-lock.json, unless exactly those are there. */
export async function installPackages(root, logFile) {
  if (isInstalled(root)) return;
  requireFreeDisk(root);
  const flags = ["--include=dev", "--include=optional", "--no-audit", "--no-fund"];
  const fix = `The whole output is in ${logFile}. Check the network and the registry (npm config get registry), then start again.`;
  const program = (verb) => ({ ...npm([verb, ...flags]), cwd: root, env: setupEnvironment(), logFile, fix });
  try {
    await runBehindLine("Installing packages", program("ci"));
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    // `npm ci` refuses a lock file that lacks another platform's optional packages; `npm install` completes it.
    await runBehindLine("Installing packages once more with npm install", program("install"));
  }
}

/** npm as it was called (`npm start` says which one), else the one on PATH. */
function npm(args) {
  const cli = process.env.npm_execpath;
  return cli?.endsWith(".js") ? { command: process.execPath, args: [cli, ...args] } : { command: "npm", args };
}

/** Compares npm's record of what it installed with the lock file; packages for other platforms are rightly absent. */
function isInstalled(root) {
  const record = join(root, "node_modules", ".package-lock.json");
  if (!existsSync(record)) return false;
  const installed = JSON.parse(readFileSync(record, "utf8")).packages;
  const locked = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")).packages;
  return Object.entries(locked).every(([path, { version, optional, link }]) => {
    if (!path.includes("node_modules/")) return true;
    const found = installed[path];
    return found === undefined ? optional === true : link === true || found.version === version;
  });
}
