import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const START = fileURLToPath(new URL("../../dist/server/start/main.js", import.meta.url));
const READY_MS_MAX = 180_000;

/** Starts what `npm start` starts, on ports and in a folder of its own; returns how to end it. */
export default async function startPlatform(): Promise<() => Promise<void>> {
  const folder = mkdtempSync(join(tmpdir(), "trainyard-e2e-"));
  chmodSync(folder, 0o755); // root's database server runs as another user, who must be able to pass
  process.env["E2E_DATA_DIRECTORY"] = folder;
  const child = spawn(process.execPath, [START, "--port", process.env["E2E_PORT"] ?? "", "--data", folder], {
    env: ownEnvironment(),
    stdio: ["ignore", "pipe", "pipe"],
  });
  const stop = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) {
      const exited = once(child, "exit");
      child.kill("SIGTERM");
      await exited;
    }
    rmSync(folder, { recursive: true, force: true });
  };
  await untilReady(child).catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  return stop;
}

/** Without the settings of an installation that may run here: its database and its addresses are not the tests'. */
function ownEnvironment(): NodeJS.ProcessEnv {
  const entries = Object.entries(process.env).filter(
    ([name]) => !/^(TRAINYARD_.*|STRIPE_.*|DATABASE_URL|AUTH_SECRET|SMTP_URL|NEXTAUTH_.*)$/.test(name),
  );
  return { ...Object.fromEntries(entries), NODE_ENV: "production", NO_COLOR: "1" };
}

/** Resolves once everything is up and the sample job is posted; rejects, with what was said, when that cannot come. */
async function untilReady(child: ChildProcess): Promise<void> {
  let output = "";
  let timer: NodeJS.Timeout | undefined;
  await new Promise<void>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr])
      stream?.on("data", (chunk: Buffer) => {
        output += chunk.toString("utf8");
        if (output.includes("Trainyard runs at") && output.includes("Posted the sample job")) resolve();
      });
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`The platform ended with code ${code ?? "?"}:\n${output}`)));
    timer = setTimeout(() => reject(new Error(`The platform did not come up:\n${output}`)), READY_MS_MAX);
  }).finally(() => clearTimeout(timer));
}
