import { EngineSettings, ExecutionProviderName, FailRequest, JobSpec, Sha256 } from "@trainyard/protocol";
import { z } from "zod";

/** Work for one disposable process. Paths are absolute; the process gets nothing else of this machine. */
export const SandboxTask = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("segment"),
    spec: JobSpec,
    index: z.int().min(0),
    provider: ExecutionProviderName,
    startStateRoot: Sha256,
    startState: z.string(),
    blobs: z.record(Sha256, z.string()),
    /** Where the end state goes, as safetensors. */
    outputPath: z.string(),
  }),
  z.strictObject({ kind: z.literal("probe"), engine: EngineSettings, provider: ExecutionProviderName }),
  z.strictObject({
    kind: z.literal("benchmark"),
    engine: EngineSettings,
    provider: ExecutionProviderName,
    durationMs: z.int().min(1),
  }),
  /** What the process can see; the sandbox's own test and `doctor` use it. */
  z.strictObject({ kind: z.literal("inspect"), readPaths: z.array(z.string()) }),
]);
export type SandboxTask = z.infer<typeof SandboxTask>;

export const SegmentResult = z.strictObject({
  kind: z.literal("segment"),
  stateRoot: Sha256,
  /** SHA-256 of the safetensors file. */
  stateBlob: Sha256,
  /** K float32 losses, little-endian, base64. */
  losses: z.base64(),
  /** float32 [loss sum, correct, counted], little-endian, base64. */
  evaluation: z.base64(),
  numericClass: Sha256,
  trainMs: z.number().min(0),
  evaluateMs: z.number().min(0),
  hashMs: z.number().min(0),
});
export type SegmentResult = z.infer<typeof SegmentResult>;

export const ProbeResult = z.strictObject({
  kind: z.literal("probe"),
  numericClass: Sha256,
  runtimeVersion: z.string(),
});
export type ProbeResult = z.infer<typeof ProbeResult>;

export const BenchmarkResult = z.strictObject({ kind: z.literal("benchmark"), flopsPerSecond: z.number().positive() });
export type BenchmarkResult = z.infer<typeof BenchmarkResult>;

export const InspectResult = z.strictObject({
  kind: z.literal("inspect"),
  /** Names of environment variables. */
  environment: z.array(z.string()),
  workingDirectory: z.array(z.string()),
  readable: z.array(z.string()),
  /** Network interfaces, beside loopback, that exist in the process's network namespace. */
  networkInterfaces: z.array(z.string()),
});
export type InspectResult = z.infer<typeof InspectResult>;

export const SandboxResult = z.discriminatedUnion("kind", [SegmentResult, ProbeResult, BenchmarkResult, InspectResult]);
export type SandboxResult = z.infer<typeof SandboxResult>;

/** One line on the process's standard output. */
export const SandboxMessage = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("losses"), losses: z.base64() }),
  z.strictObject({ type: z.literal("result"), result: SandboxResult, peakMemoryBytes: z.int().min(0) }),
  z.strictObject({ type: z.literal("failure"), code: FailRequest.shape.code, message: z.string() }),
]);
export type SandboxMessage = z.infer<typeof SandboxMessage>;

/** Marks a protocol line, so that a native library's own output on the same pipe is never read as one. */
export const LINE_PREFIX = "trainyard ";
