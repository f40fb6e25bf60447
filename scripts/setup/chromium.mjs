import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { root } from "./prepare.mjs";
import { runBehindLine, SetupError } from "./progress.mjs";
import { setupEnvironment } from "./install.mjs";

const NAMES = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];
const PLACES = [
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

/** Path of a Chromium for the browser tests; a Debian system whose user is root gets its package installed. */
export async function requireChromium() {
  const found = findChromium();
  if (found !== undefined) return found;
  const mayInstall = process.getuid?.() === 0 && existsSync("/usr/bin/apt-get");
  if (mayInstall) {
    const install = "apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium";
    await runBehindLine("Installing Chromium", {
      command: "sh",
      args: ["-c", install],
      cwd: root,
      env: { ...setupEnvironment(), DEBIAN_FRONTEND: "noninteractive" },
      logFile: join(root, ".data", "logs", "setup.log"),
      fix: "Install Chromium, or name one in CHROMIUM_PATH.",
    });
  }
  const installed = findChromium();
  if (installed !== undefined) return installed;
  throw new SetupError(
    "The browser tests need Chromium or Chrome, and none was found.",
    "Install one, or name it in CHROMIUM_PATH.",
  );
}

function findChromium() {
  const given = process.env.CHROMIUM_PATH;
  if (given) return existsSync(given) ? given : undefined;
  for (const name of NAMES) {
    const { status, stdout } = spawnSync("sh", ["-c", `command -v ${name}`], { encoding: "utf8" });
    if (status === 0) return stdout.trim();
  }
  return PLACES.find((path) => existsSync(path));
}
