import { existsSync, readdirSync } from "node:fs";
import { STANDARD_ENGINES, type EngineKind, type ExecutionProviderName } from "@trainyard/protocol";
import { OperatorError } from "./operator-error";
import { runInSandbox, type SandboxSettings } from "./sandbox";
import { SegmentFailure } from "./segment-failure";

/** What the native runtime may run on. */
export const NATIVE_PROVIDERS = ["cpu", "webgpu", "cuda"] as const satisfies readonly ExecutionProviderName[];
type NativeProvider = (typeof NATIVE_PROVIDERS)[number];
const LIMITS = { wallClockMs: 60_000, memoryBytes: 3 * 1024 ** 3 };
const BENCHMARK_MS = 1_000;

/** What one execution provider did with the probe graph on this machine. */
export interface ProviderProbe {
  readonly name: ExecutionProviderName;
  readonly runs: boolean;
  readonly detail: string;
  /** Empty unless it runs. */
  readonly numericClass: string;
  readonly runtimeVersion: string;
  /** A processor pretending to be a graphics card; good for tests, never faster than the processor itself. */
  readonly software: boolean;
  /** Measured while training under the engine's settings; null when not measured. */
  readonly flopsPerSecond: number | null;
}

export type ProviderWish = NativeProvider | "auto";

/** Where a machine runs exact jobs: their operators are known to be exact on processors and in WebAssembly, on no GPU. */
export function exactProvider(provider: ExecutionProviderName): "cpu" | "wasm" {
  return provider === "wasm" ? "wasm" : "cpu";
}

/** Whether this machine may run exact jobs, and how fast: the exact probe must give the bits that it gives everywhere. */
export async function probeExact(settings: SandboxSettings, provider: "cpu" | "wasm"): Promise<ProviderProbe> {
  const probe = await probeProvider(settings, provider, "exact");
  return probe.runs ? withSpeed(settings, probe, "exact") : probe;
}

/** Tries every native provider in a process of its own, then measures training speed where it can matter for the choice. */
export async function probeProviders(settings: SandboxSettings, wish: ProviderWish): Promise<ProviderProbe[]> {
  const probes: ProviderProbe[] = [];
  for (const name of NATIVE_PROVIDERS) {
    const probe = await probeProvider(settings, name, "native");
    const wanted = wish === "auto" ? !probe.software : name === wish;
    probes.push(probe.runs && wanted ? await withSpeed(settings, probe, "native") : probe);
  }
  return probes;
}

/**
 * The provider to work with. CUDA first; WebGPU only on real hardware and only when it trains faster here than the
 * processor, because its Loop body still runs on the processor. Throws OperatorError when the wish cannot be met.
 */
export function chooseProvider(wish: ProviderWish, probes: readonly ProviderProbe[]): ProviderProbe {
  const find = (name: ExecutionProviderName): ProviderProbe | undefined =>
    probes.find((probe) => probe.name === name && usable(probe));
  if (wish !== "auto") {
    const chosen = find(wish);
    if (chosen !== undefined) return chosen;
    const detail = probes.find((probe) => probe.name === wish)?.detail ?? "it was not tried";
    throw new OperatorError(
      `The provider "${wish}" does not run on this machine: ${detail} Start with --provider auto to use what does.`,
    );
  }
  const cuda = find("cuda");
  if (cuda !== undefined) return cuda;
  const [webgpu, cpu] = [find("webgpu"), find("cpu")];
  if (webgpu !== undefined && !webgpu.software && (webgpu.flopsPerSecond ?? 0) > (cpu?.flopsPerSecond ?? 0))
    return webgpu;
  if (cpu !== undefined) return cpu;
  const details = probes.map((probe) => `${probe.name}: ${probe.detail}`).join(" ");
  throw new OperatorError(`No execution provider can train on this machine. ${details}`);
}

function usable(probe: ProviderProbe): boolean {
  return probe.runs && probe.flopsPerSecond !== null;
}

async function probeProvider(
  settings: SandboxSettings,
  name: ExecutionProviderName,
  engine: EngineKind,
): Promise<ProviderProbe> {
  const software = name === "webgpu" && isSoftwareVulkan(settings.vulkan);
  try {
    const task = { kind: "probe" as const, engine: STANDARD_ENGINES[engine], provider: name };
    return await runInSandbox(
      settings,
      () => task,
      { limits: LIMITS },
      async ({ result }) => ({
        name,
        runs: true,
        detail: software ? "Runs the probe graph on a software adapter." : "Runs the probe graph.",
        numericClass: result.numericClass,
        runtimeVersion: result.runtimeVersion,
        software,
        flopsPerSecond: null,
      }),
    );
  } catch (error) {
    return {
      name,
      runs: false,
      detail: reasonOf(error),
      numericClass: "",
      runtimeVersion: "",
      software,
      flopsPerSecond: null,
    };
  }
}

async function withSpeed(settings: SandboxSettings, probe: ProviderProbe, engine: EngineKind): Promise<ProviderProbe> {
  const task = {
    kind: "benchmark" as const,
    engine: STANDARD_ENGINES[engine],
    provider: probe.name,
    durationMs: BENCHMARK_MS,
  };
  try {
    return await runInSandbox(
      settings,
      () => task,
      { limits: LIMITS },
      async ({ result }) => ({ ...probe, flopsPerSecond: result.flopsPerSecond }),
    );
  } catch (error) {
    return { ...probe, runs: false, detail: `Runs the probe graph, but not a training segment: ${reasonOf(error)}` };
  }
}

/** What the runtime says when a provider is missing, in words an operator can act on. */
const PLAIN_REASONS: readonly (readonly [RegExp, string])[] = [
  [
    /Failed to get a WebGPU adapter/,
    "No graphics adapter was found; a driver with Vulkan (Direct3D 12, Metal) is needed.",
  ],
  [/Failed to load shared library/, "The CUDA libraries of ONNX Runtime are not installed."],
  [/backend not found|not supported/i, "This build of ONNX Runtime does not carry it for this system."],
];

function reasonOf(error: unknown): string {
  if (!(error instanceof SegmentFailure)) throw error;
  const plain = PLAIN_REASONS.find(([pattern]) => pattern.test(error.message));
  return plain?.[1] ?? error.message.replace(/\s+/g, " ").slice(0, 300);
}

/** Whether the Vulkan that would be found is a processor: named so in its driver file, or no device node exists. */
export function isSoftwareVulkan(vulkan: Readonly<Record<string, string>>): boolean {
  const drivers = `${vulkan["VK_ICD_FILENAMES"] ?? ""}:${vulkan["VK_DRIVER_FILES"] ?? ""}`;
  if (/swiftshader|lvp|lavapipe|llvmpipe/i.test(drivers)) return true;
  if (process.platform !== "linux") return false;
  const renderNodes = existsSync("/dev/dri")
    ? readdirSync("/dev/dri").filter((name) => name.startsWith("renderD"))
    : [];
  return renderNodes.length === 0 && !existsSync("/dev/nvidia0");
}
