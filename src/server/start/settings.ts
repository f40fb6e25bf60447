import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { StartError } from "../postgres/start-error";
import type { StartEnvironment } from "./env";
import { portNumber, type StartFlags } from "./flags";

/** Where this installation listens and keeps its things. */
export interface StartSettings {
  readonly root: string;
  readonly dataDirectory: string;
  readonly logDirectory: string;
  readonly port: number;
  readonly gatewayPort: number;
  readonly publicUrl: string;
  readonly gatewayUrl: string;
  readonly authSecret: string;
  /** A server of the operator's own; otherwise the embedded one is started. */
  readonly databaseUrl: string | undefined;
  /** Nothing here is worth money: there are demo organisations with demo money. A live Stripe key ends that. */
  readonly sandbox: boolean;
  /** Our own Stripe server; null where the operator has a key of Stripe's. */
  readonly stripeSandbox: { port: number; secretKey: string; webhookSecrets: readonly string[] } | null;
  /** Where our own chain listens; null where the operator names a chain, or takes real money. */
  readonly localChainPort: number | null;
}

const DEFAULT_PORT = 3000;
const DEFAULT_DATA_DIRECTORY = ".data";

/** Flags win over the environment, the environment over defaults. Makes the data directory. */
export function startSettings(root: string, flags: StartFlags, environment: StartEnvironment): StartSettings {
  const dataDirectory = resolve(root, flags.dataDirectory ?? environment.dataDirectory ?? DEFAULT_DATA_DIRECTORY);
  const logDirectory = join(dataDirectory, "logs");
  makeFolder(logDirectory);
  const port =
    flags.port ?? (environment.port === undefined ? DEFAULT_PORT : portNumber(environment.port, "TRAINYARD_PORT"));
  const gatewayPort =
    environment.gatewayPort === undefined ? port + 1 : portNumber(environment.gatewayPort, "TRAINYARD_GATEWAY_PORT");
  if (gatewayPort === port)
    throw new StartError(
      `The web app and the gateway cannot both listen on port ${port}.`,
      "Set TRAINYARD_GATEWAY_PORT to another one.",
    );
  const sandbox = environment.stripeKey === undefined || /^[sr]k_test_/.test(environment.stripeKey);
  return {
    root,
    sandbox,
    dataDirectory,
    logDirectory,
    port,
    gatewayPort,
    publicUrl: environment.publicUrl ?? `http://localhost:${port}`,
    gatewayUrl: environment.gatewayUrl ?? `http://localhost:${gatewayPort}`,
    authSecret: environment.authSecret ?? keptSecret(join(dataDirectory, "auth-secret")),
    databaseUrl: environment.databaseUrl,
    stripeSandbox: environment.stripeKey === undefined ? stripeSandbox(dataDirectory, gatewayPort, environment) : null,
    localChainPort: sandbox && environment.chainRpcUrls === undefined ? chainPort(gatewayPort, environment) : null,
  };
}

function makeFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new StartError(`The folder ${path} cannot be made: ${reason}.`, "Choose another place with --data DIR.");
  }
}

/** The sandbox's webhook secrets are kept, since its state and its retries outlive a restart too. */
function stripeSandbox(dataDirectory: string, gatewayPort: number, environment: StartEnvironment) {
  const port =
    environment.stripePort === undefined
      ? gatewayPort + 1
      : portNumber(environment.stripePort, "TRAINYARD_STRIPE_SANDBOX_PORT");
  const secret = keptSecret(join(dataDirectory, "stripe-webhook-secret"));
  const webhookSecrets = [`whsec_${secret.slice(0, 32)}`, `whsec_${secret.slice(32)}`];
  return { port, secretKey: "sk_test_trainyard", webhookSecrets };
}

function chainPort(gatewayPort: number, environment: StartEnvironment): number {
  if (environment.chainPort === undefined) return gatewayPort + 2;
  return portNumber(environment.chainPort, "TRAINYARD_LOCAL_CHAIN_PORT");
}

/** Sessions outlive a restart, so the secret that signs their links does too. */
function keptSecret(path: string): string {
  if (!existsSync(path)) writeFileSync(path, randomBytes(32).toString("hex"), { mode: 0o600 });
  return readFileSync(path, "utf8").trim();
}
