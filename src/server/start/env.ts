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
    TRAINYARD_SANDBOX: "1",
    TRAINYARD_PUBLIC_URL: settings.publicUrl,
    TRAINYARD_GATEWAY_URL: settings.gatewayUrl,
    TRAINYARD_GATEWAY_PORT: String(settings.gatewayPort),
    NEXTAUTH_URL: settings.publicUrl,
    AUTH_SECRET: settings.authSecret,
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
