import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { log } from "../log";
import { anvilArguments, anvilBinary, LOCAL_CHAIN_ID } from "./anvil";
import { settleBlocks } from "./settle-blocks";

const settings = z
  .object({
    TRAINYARD_LOCAL_CHAIN_PORT: z.coerce.number().int().min(1).max(65_535),
    TRAINYARD_LOCAL_CHAIN_STATE: z.string().min(1),
  })
  .parse(process.env);

const STATE_EVERY_S = 2;
const LOOK_EVERY_MS = 500;

const binary = anvilBinary();
if (binary === null) {
  log("error", "npm has no local chain for this machine");
  process.exit(1);
}
const port = settings.TRAINYARD_LOCAL_CHAIN_PORT;
const child = spawn(
  binary,
  [
    ...anvilArguments({ port, chainId: LOCAL_CHAIN_ID, slotsInEpoch: 1 }),
    ...["--state", settings.TRAINYARD_LOCAL_CHAIN_STATE, "--state-interval", String(STATE_EVERY_S)],
    "--preserve-historical-states",
  ],
  { stdio: ["ignore", "inherit", "inherit"] },
);
process.on("exit", () => child.kill("SIGINT"));
const stop = (): void => void child.kill("SIGINT"); // It writes its state down before it ends.
process.once("SIGTERM", stop);
process.once("SIGINT", stop);
child.once("exit", (code) => process.exit(code ?? 1));
await once(child, "spawn");
log("info", `local chain listens on http://127.0.0.1:${port}`);
for (;;) {
  await sleep(LOOK_EVERY_MS);
  await settleBlocks(`http://127.0.0.1:${port}`).catch(() => undefined); // It is starting, or ending.
}
