import { setTimeout as sleep } from "node:timers/promises";
import { isPortFree } from "../postgres/free-port";
import { StartError } from "../postgres/start-error";
import type { StartSettings } from "./settings";

const LOOK_EVERY_MS = 250;

/** Throws StartError when a port is taken. `patienceMs`: how long processes of a supervisor that was killed may take to end. */
export async function requireFreePorts(settings: StartSettings, patienceMs: number): Promise<void> {
  const wanted = [
    { port: settings.port, what: "the web app", fix: `npm start -- --port ${settings.port + 100}` },
    {
      port: settings.gatewayPort,
      what: "the gateway",
      fix: `TRAINYARD_GATEWAY_PORT=${settings.gatewayPort + 100} npm start`,
    },
    ...(settings.stripeSandbox === null
      ? []
      : [
          {
            port: settings.stripeSandbox.port,
            what: "the Stripe sandbox",
            fix: `TRAINYARD_STRIPE_SANDBOX_PORT=${settings.stripeSandbox.port + 100} npm start`,
          },
        ]),
    ...(settings.localChainPort === null
      ? []
      : [
          {
            port: settings.localChainPort,
            what: "the local chain",
            fix: `TRAINYARD_LOCAL_CHAIN_PORT=${settings.localChainPort + 100} npm start`,
          },
        ]),
  ];
  for (const { port, what, fix } of wanted) {
    if (!(await becomesFree(port, patienceMs)))
      throw new StartError(
        `Port ${port}, where ${what} listens, is in use by another program.`,
        `Use another one: ${fix}`,
      );
  }
}

async function becomesFree(port: number, patienceMs: number): Promise<boolean> {
  for (let waitedMs = 0; ; waitedMs += LOOK_EVERY_MS) {
    if (await isPortFree(port)) return true;
    if (waitedMs >= patienceMs) return false;
    await sleep(LOOK_EVERY_MS);
  }
}
