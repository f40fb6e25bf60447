/** Settings of the worker that may come from the environment; flags win over them. */
export interface WorkerEnvironment {
  readonly url: string | undefined;
  readonly joinToken: string | undefined;
  readonly dataDirectory: string | undefined;
  readonly runtime: string | undefined;
  /** Directories of PATH, in order. */
  readonly searchPath: readonly string[];
  /** What a software or vendor Vulkan needs to be found; handed to the sandbox only when it runs WebGPU. */
  readonly vulkan: Readonly<Record<string, string>>;
}

const VULKAN_VARIABLES = ["VK_ICD_FILENAMES", "VK_DRIVER_FILES", "LD_LIBRARY_PATH"];

/** Reads the process environment once; nothing else in the worker touches it. */
export function readEnvironment(): WorkerEnvironment {
  const { TRAINYARD_URL, TRAINYARD_JOIN_TOKEN, TRAINYARD_WORKER_DIR, TRAINYARD_RUNTIME, PATH } = process.env;
  const vulkan: Record<string, string> = {};
  for (const name of VULKAN_VARIABLES) {
    const value = process.env[name];
    if (value) vulkan[name] = value;
  }
  return {
    url: TRAINYARD_URL || undefined,
    joinToken: TRAINYARD_JOIN_TOKEN || undefined,
    dataDirectory: TRAINYARD_WORKER_DIR || undefined,
    runtime: TRAINYARD_RUNTIME || undefined,
    searchPath: (PATH ?? "").split(process.platform === "win32" ? ";" : ":").filter((entry) => entry !== ""),
    vulkan,
  };
}

/** Names of all variables this process was given; the sandbox reports them so that a test can see that there are none. */
export function environmentNames(): string[] {
  return Object.keys(process.env);
}
