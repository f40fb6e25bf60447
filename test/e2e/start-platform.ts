import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const START = fileURLToPath(new URL("../../dist/server/start/main.js", import.meta.url));
const PORT = 3400;
const READY_MS_MAX = 120_000;

/** Starts what `npm start` starts, on a port and in a folder of its own; returns how to end it. */
export default async function startPlatform(): Promise<() => Promise<void>> {
  const folder = mkdtempSync(join(tmpdir(), "trainyard-e2e-"));
  chmodSync(folder, 0o755); // root's database server runs as another user, who must be able to pass
  process.env["E2E_DATA_DIRECTORY"] = folder;
  const child = spawn(process.execPath, [START, "--port", String(PORT), "--data", folder], {
    env: { ...process.env, NO_COLOR: "1" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  const ready = new Promise<void>((resolve, reject) => {
    const look = (chunk: Buffer): void => {
      output += chunk.toString("utf8");
      if (output.includes("Posted the sample job")) resolve();
    };
    for (const stream of [child.stdout, child.stderr]) stream.on("data", look);
    child.once("exit", (code) => reject(new Error(`The platform ended with code ${code ?? "?"}:\n${output}`)));
    setTimeout(() => reject(new Error(`The platform did not come up:\n${output}`)), READY_MS_MAX).unref();
  });
  await ready;
  return async () => {
    if (child.exitCode === null) {
      child.kill("SIGTERM");
      await once(child, "exit");
    }
    rmSync(folder, { recursive: true, force: true });
  };
}
