import { parseArgs } from "node:util";
import { defaultDataDirectory } from "./data-directory";
import type { WorkerEnvironment } from "./env";
import { OperatorError } from "./operator-error";
import { NATIVE_PROVIDERS, type ProviderWish } from "./probe";

const COMMANDS = ["join", "run", "doctor", "help"] as const;
const RUNTIMES = ["native", "wasm"] as const;
const CACHE_GIB_DEFAULT = 10;

export const USAGE = `trainyard-worker: lets this machine train segments of Trainyard jobs.

  trainyard-worker join --url <gateway> --token <join token> [--name <name>]   join an organisation, then run
  trainyard-worker run                                                          run with the stored identity
  trainyard-worker doctor                                                       show what this machine can do

  --data-dir <folder>    key and cache (default ~/.trainyard/worker, or TRAINYARD_WORKER_DIR)
  --runtime <name>       native (default), or wasm: ONNX Runtime Web on one thread, for exact jobs only
                         (or TRAINYARD_RUNTIME)
  --provider <name>      of the native runtime: auto (default), cuda, webgpu or cpu
  --cache-gib <number>   size the cache may reach (default ${CACHE_GIB_DEFAULT})
  --json                 lines or report for machines
  --url, --token         also read from TRAINYARD_URL and TRAINYARD_JOIN_TOKEN
`;

export interface Arguments {
  readonly command: (typeof COMMANDS)[number];
  readonly url: string | undefined;
  readonly joinToken: string | undefined;
  readonly name: string | undefined;
  readonly dataDirectory: string;
  readonly runtime: (typeof RUNTIMES)[number];
  readonly provider: ProviderWish;
  readonly cacheBytes: number;
  readonly json: boolean;
}

/** Reads the command line; flags win over the environment. Throws OperatorError on what it does not know. */
export function readArguments(argv: readonly string[], environment: WorkerEnvironment): Arguments {
  const { values, positionals } = parse(argv);
  const word = values.help === true ? "help" : (positionals[0] ?? "help");
  const command = COMMANDS.find((known) => known === word);
  if (command === undefined || positionals.length > 1)
    throw new OperatorError(`"${positionals.join(" ")}" is not a command of this program.\n\n${USAGE}`);
  const url = values.url ?? environment.url;
  if (url !== undefined && !/^https?:\/\//.test(url))
    throw new OperatorError(`The gateway address "${url}" must start with http:// or https://.`);
  const runtime = runtimeOf(values.runtime ?? environment.runtime ?? "native");
  if (runtime === "wasm" && values.provider !== undefined)
    throw new OperatorError("--provider chooses among those of the native runtime; leave it out with --runtime wasm.");
  return {
    command,
    url,
    joinToken: values.token ?? environment.joinToken,
    name: values.name,
    dataDirectory: values["data-dir"] ?? environment.dataDirectory ?? defaultDataDirectory(),
    runtime,
    provider: providerWish(values.provider ?? "auto"),
    cacheBytes: cacheBytes(values["cache-gib"]),
    json: values.json ?? false,
  };
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        url: { type: "string" },
        token: { type: "string" },
        name: { type: "string" },
        "data-dir": { type: "string" },
        runtime: { type: "string" },
        provider: { type: "string" },
        "cache-gib": { type: "string" },
        json: { type: "boolean" },
        help: { type: "boolean", short: "h" },
      },
    });
  } catch (error) {
    throw new OperatorError(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
  }
}

function runtimeOf(text: string): Arguments["runtime"] {
  const runtime = RUNTIMES.find((known) => known === text);
  if (runtime === undefined) throw new OperatorError(`"${text}" is no runtime. Known: ${RUNTIMES.join(", ")}.`);
  return runtime;
}

function providerWish(text: string): ProviderWish {
  const wish = (["auto", ...NATIVE_PROVIDERS] as const).find((known) => known === text);
  if (wish === undefined)
    throw new OperatorError(`"${text}" is no provider. Known: auto, ${NATIVE_PROVIDERS.join(", ")}.`);
  return wish;
}

function cacheBytes(text: string | undefined): number {
  const gibibytes = text === undefined ? CACHE_GIB_DEFAULT : Number(text);
  if (!Number.isFinite(gibibytes) || gibibytes <= 0)
    throw new OperatorError(`--cache-gib must be a positive number, got "${text}".`);
  return Math.round(gibibytes * 1024 ** 3);
}
