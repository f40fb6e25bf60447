import { join } from "node:path";
import type { StartSettings } from "./settings";

/** What the environment may say to the supervisor. */
export interface StartEnvironment {
  readonly databaseUrl: string | undefined;
  readonly dataDirectory: string | undefined;
  readonly port: string | undefined;
  readonly gatewayPort: string | undefined;
  readonly publicUrl: string | undefined;
  readonly gatewayUrl: string | undefined;
  readonly authSecret: string | undefined;
  readonly stripeKey: string | undefined;
  readonly stripePort: string | undefined;
  readonly chainRpcUrls: string | undefined;
  readonly chainPort: string | undefined;
  readonly noColor: boolean;
}

/** Reads the environment once; an empty variable counts as missing. */
export function startEnvironment(environment: NodeJS.ProcessEnv = process.env): StartEnvironment {
  const read = (name: string): string | undefined => environment[name]?.trim() || undefined;
  return {
    databaseUrl: read("DATABASE_URL"),
    dataDirectory: read("TRAINYARD_DATA_DIR"),
    port: read("TRAINYARD_PORT"),
    gatewayPort: read("TRAINYARD_GATEWAY_PORT"),
    publicUrl: read("TRAINYARD_PUBLIC_URL"),
    gatewayUrl: read("TRAINYARD_GATEWAY_URL"),
    authSecret: read("AUTH_SECRET"),
    stripeKey: read("STRIPE_SECRET_KEY"),
    stripePort: read("TRAINYARD_STRIPE_SANDBOX_PORT"),
    chainRpcUrls: read("TRAINYARD_CHAIN_RPC_URLS"),
    chainPort: read("TRAINYARD_LOCAL_CHAIN_PORT"),
    noColor: read("NO_COLOR") !== undefined,
  };
}

const QUIET = {
  NEXT_TELEMETRY_DISABLED: "1",
  ORT_DISABLE_TELEMETRY: "1",
  CHECKPOINT_DISABLE: "1",
  PRISMA_HIDE_UPDATE_MESSAGE: "1",
};

/** Environment of the platform's own processes: the operator's, and over it everything the supervisor decides. */
export function platformEnvironment(settings: StartSettings, databaseUrl: string): NodeJS.ProcessEnv {
  return {
    ...process.env,
    ...QUIET,
    NODE_ENV: "production",
    DATABASE_URL: databaseUrl,
    TRAINYARD_DATA_DIR: settings.dataDirectory,
    TRAINYARD_SANDBOX: settings.sandbox ? "1" : "0",
    TRAINYARD_PUBLIC_URL: settings.publicUrl,
    TRAINYARD_GATEWAY_URL: settings.gatewayUrl,
    TRAINYARD_GATEWAY_PORT: String(settings.gatewayPort),
    NEXTAUTH_URL: settings.publicUrl,
    AUTH_SECRET: settings.authSecret,
    ...stripeEnvironment(settings),
  };
}

/** Where a key of the operator's own is set, Stripe is Stripe; otherwise it is our sandbox, which pays earnings out at once. */
function stripeEnvironment({ stripeSandbox, publicUrl, dataDirectory }: StartSettings): Record<string, string> {
  if (stripeSandbox === null) return {};
  return {
    STRIPE_SECRET_KEY: stripeSandbox.secretKey,
    STRIPE_API_URL: `http://127.0.0.1:${stripeSandbox.port}`,
    STRIPE_WEBHOOK_SECRET: stripeSandbox.webhookSecrets.join(","),
    TRAINYARD_STRIPE_SANDBOX_PORT: String(stripeSandbox.port),
    TRAINYARD_STRIPE_SANDBOX_STATE: join(dataDirectory, "stripe-sandbox.json"),
    TRAINYARD_STRIPE_SANDBOX_WEBHOOK: `${publicUrl}/api/stripe/webhook`,
    TRAINYARD_PAYOUT_HOLD_HOURS: process.env.TRAINYARD_PAYOUT_HOLD_HOURS ?? "0",
  };
}

/** Environment of a worker: a provider's machine knows nothing of the platform's settings and secrets. */
export function workerEnvironment(): NodeJS.ProcessEnv {
  const kept = [
    "PATH",
    "HOME",
    "LANG",
    "LD_LIBRARY_PATH",
    "VK_ICD_FILENAMES",
    "VK_DRIVER_FILES",
    "SystemRoot",
    "TEMP",
    "TMPDIR",
  ];
  const entries = kept.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]]));
  return { ...Object.fromEntries(entries), ...QUIET, NODE_ENV: "production" } as NodeJS.ProcessEnv;
}
