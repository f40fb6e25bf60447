import { spawnSync } from "node:child_process";
import { existsSync, realpathSync } from "node:fs";
import { createRequire } from "node:module";
import { availableParallelism } from "node:os";
import { dirname, join } from "node:path";
import type { ExecutionProviderName } from "@trainyard/protocol";
import type { SandboxTask } from "./sandbox-messages";

/**
 * What a bare Node process with ONNX Runtime reserves of address space before any tensor exists is 1.0 GB (measured:
 * Node 20.20, ORT 1.30); thread stacks and arenas come on top. A WebAssembly memory is reserved whole, with guards around
 * it: 11.7 GB in all, and below that it does not start. The resident limit is the exact one, this one stops what grows
 * faster than it is sampled. GPU drivers map the whole device memory, so there it would only break them.
 */
const ADDRESS_SPACE_SLACK_BYTES: Readonly<Partial<Record<ExecutionProviderName, number>>> = {
  cpu: 2 * 1024 ** 3,
  wasm: 12 * 1024 ** 3,
};

/**
 * What the runtime's process has in its environment. Blocks from 16 MiB on go back to the system when they are freed, where
 * glibc would raise that bound by itself to 32: a ResNet-18 of batch 32 then takes 20 MB less and no longer. With a bound of
 * 8 MiB it takes 60 MB less and a tenth longer. Other C libraries ignore it.
 */
export const RUNTIME_ENVIRONMENT: Readonly<Record<string, string>> = {
  ORT_DISABLE_TELEMETRY: "1",
  MALLOC_MMAP_THRESHOLD_: String(16 * 1024 ** 2),
};

/** How this machine can confine a process, found once at start. */
export interface Confinement {
  readonly level: "full" | "partial";
  readonly bwrap: string | null;
  readonly prlimit: string | null;
  /** One sentence for the operator. */
  readonly detail: string;
}

export interface LaunchOptions {
  readonly confinement: Confinement;
  /** Absolute path of the built sandbox-child.js. */
  readonly childPath: string;
  readonly provider: ExecutionProviderName;
  readonly vulkan: Readonly<Record<string, string>>;
  readonly limits: { readonly wallClockMs: number; readonly memoryBytes: number };
  /** Fresh empty folder the process starts in. */
  readonly emptyDirectory: string;
  /** Folder where it may write its result. */
  readonly outputDirectory: string;
}

export interface Launch {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
}

/** Looks for bubblewrap and prlimit, and tries whether a user namespace really works here. */
export function detectConfinement(searchPath: readonly string[]): Confinement {
  const find = (name: string): string | null =>
    searchPath.map((entry) => join(entry, name)).find((path) => existsSync(path)) ?? null;
  const prlimit = process.platform === "linux" ? find("prlimit") : null;
  const limits = prlimit === null ? "the wall clock alone" : "limits on memory, file size and processor time";
  const bwrap = process.platform === "linux" ? find("bwrap") : null;
  const partial = (why: string): Confinement => ({
    level: "partial",
    bwrap: null,
    prlimit,
    detail: `separate process with ${limits}; ${why}`,
  });
  if (process.platform !== "linux") return partial("namespaces need Linux");
  if (bwrap === null) return partial("install bubblewrap for full isolation");
  const tried = spawnSync(bwrap, [...namespaceArgs(), "--ro-bind", "/", "/", "true"], {
    encoding: "utf8",
    timeout: 10_000,
  });
  if (tried.status !== 0)
    return partial(
      `bubblewrap does not work here (${(tried.stderr || String(tried.error ?? "no reason given")).trim().slice(0, 200)})`,
    );
  return { level: "full", bwrap, prlimit, detail: `own namespaces without network or files, ${limits}` };
}

/** The command that runs the child for a task, from the outermost confinement inwards. */
export function planLaunch(task: SandboxTask, options: LaunchOptions): Launch {
  const { confinement, provider, limits } = options;
  const env = { ...RUNTIME_ENVIRONMENT, ...(provider === "webgpu" ? options.vulkan : {}) };
  let line = [process.execPath, options.childPath];
  if (confinement.bwrap !== null) line = [confinement.bwrap, ...bwrapArgs(task, options, env), "--", ...line];
  if (confinement.prlimit !== null) line = [confinement.prlimit, ...prlimitArgs(provider, limits), "--", ...line];
  const [command = process.execPath, ...args] = line;
  return { command, args, env, cwd: options.emptyDirectory };
}

function prlimitArgs(provider: ExecutionProviderName, limits: LaunchOptions["limits"]): string[] {
  // Ends a process whose parent died and whose graph never returns.
  const processorSeconds = Math.ceil((limits.wallClockMs / 1000) * availableParallelism()) + 5;
  const args = ["--core=0", "--nofile=512", `--fsize=${limits.memoryBytes}`, `--cpu=${processorSeconds}`];
  const slackBytes = ADDRESS_SPACE_SLACK_BYTES[provider];
  if (slackBytes !== undefined) args.push(`--as=${limits.memoryBytes + slackBytes}`);
  return args;
}

function namespaceArgs(): string[] {
  return ["--unshare-all", "--die-with-parent", "--new-session", "--clearenv", "--cap-drop", "ALL"];
}

function bwrapArgs(task: SandboxTask, options: LaunchOptions, env: Readonly<Record<string, string>>): string[] {
  const inside = "/tmp/empty";
  const args = [...namespaceArgs(), "--tmpfs", "/tmp", "--dir", inside, "--proc", "/proc", "--dev", "/dev"];
  const readable = [...systemPaths(), ...programPaths(options), ...taskPaths(task)];
  for (const path of new Set(readable)) args.push("--ro-bind-try", path, path);
  if (options.provider === "webgpu" || options.provider === "cuda") args.push(...deviceArgs(options.vulkan));
  args.push("--bind", options.outputDirectory, options.outputDirectory, "--chdir", inside);
  for (const [name, value] of Object.entries(env)) args.push("--setenv", name, value);
  return args;
}

function systemPaths(): string[] {
  // ONNX Runtime reads the processor's features and cache sizes from /sys/devices/system/cpu.
  return ["/usr/lib", "/usr/lib64", "/lib", "/lib64", "/etc/ld.so.cache", "/sys/devices/system/cpu"];
}

/** Only the runtime that the task needs: a process for WebAssembly sees no native library of ours. */
function programPaths({ childPath, provider }: LaunchOptions): string[] {
  const child = createRequire(childPath);
  const runtime = packageDirectory(child.resolve(provider === "wasm" ? "onnxruntime-web" : "onnxruntime-node"));
  const common = packageDirectory(createRequire(join(runtime, "package.json")).resolve("onnxruntime-common"));
  const own = dirname(dirname(childPath));
  return [
    process.execPath,
    realpathSync(process.execPath),
    dirname(childPath),
    join(own, "package.json"),
    runtime,
    common,
  ];
}

/** The folder of the package that a resolved module file belongs to. */
function packageDirectory(file: string): string {
  let folder = dirname(file);
  while (!existsSync(join(folder, "package.json")) || /[/\\]dist([/\\]|$)/.test(folder)) {
    const parent = dirname(folder);
    if (parent === folder)
      throw new Error(`No package.json above ${file}; the installation of ONNX Runtime is damaged.`);
    folder = parent;
  }
  return folder;
}

function taskPaths(task: SandboxTask): string[] {
  return task.kind === "segment" ? [task.startState, ...Object.values(task.blobs)] : [];
}

function deviceArgs(vulkan: Readonly<Record<string, string>>): string[] {
  const args: string[] = [];
  for (const path of ["/dev/dri", "/dev/nvidia0", "/dev/nvidiactl", "/dev/nvidia-uvm", "/dev/nvidia-modeset"])
    args.push("--dev-bind-try", path, path);
  const drivers = Object.values(vulkan)
    .flatMap((value) => value.split(":"))
    .map((path) => (path.endsWith(".json") ? dirname(path) : path));
  for (const path of ["/usr/share/vulkan", "/etc/vulkan", "/sys/dev/char", "/sys/bus/pci", "/sys/devices", ...drivers])
    args.push("--ro-bind-try", path, path);
  return args;
}
