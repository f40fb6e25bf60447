import { z } from "zod";
import { JobSpec, Sha256 } from "./job-spec";

const Hex = (bytes: number) =>
  z.string().regex(new RegExp(`^[0-9a-f]{${bytes * 2}}$`), `must be ${bytes} bytes as lower-case hex`);
const Base64 = z.base64();
/** A fencing token: larger for every new holder of the work. A bigint as decimal text. */
export const FencingToken = z.string().regex(/^[0-9]{1,19}$/);

/** Where graphs run: three providers of ONNX Runtime, or ONNX Runtime Web, which is WebAssembly and runs exact jobs only. */
export const ExecutionProviderName = z.enum(["cpu", "webgpu", "cuda", "wasm"]);
export type ExecutionProviderName = z.infer<typeof ExecutionProviderName>;

/** What the machine is, as measured by its worker; nothing in it is trusted for payment. */
export const MachineReport = z.strictObject({
  cpuModel: z.string().max(200),
  cores: z.int().min(1).max(4096),
  memoryBytes: z.int().min(1),
  platform: z.string().max(100),
  workerVersion: z.string().max(50),
  runtimeVersion: z.string().max(50),
  sandbox: z.enum(["full", "partial", "none"]),
  /** Which execution providers really ran the probe graph here, and why the others did not. */
  providers: z
    .array(z.strictObject({ name: ExecutionProviderName, runs: z.boolean(), detail: z.string().max(500) }))
    .max(8),
  provider: ExecutionProviderName,
  /** Of native jobs; EXACT_CLASS on a machine that runs exact jobs only. */
  numericClass: Sha256,
  /** FLOP/s of each engine, measured on the seeded training workload; null where the machine runs no job of the engine. */
  flopsPerSecond: z
    .strictObject({
      native: z.number().positive().finite().nullable(),
      exact: z.number().positive().finite().nullable(),
    })
    .refine(({ native, exact }) => native !== null || exact !== null, "a machine runs one engine at least"),
});
export type MachineReport = z.infer<typeof MachineReport>;

/** POST /v1/join: binds a machine's Ed25519 key to an organisation. Signed with that key; idempotent on it. */
export const JoinRequest = z.strictObject({
  joinToken: z.string().min(10).max(200),
  publicKey: Hex(32),
  name: z.string().trim().min(1).max(80),
  report: MachineReport,
});
export type JoinRequest = z.infer<typeof JoinRequest>;
export const JoinResponse = z.strictObject({ machineId: z.string(), organisationName: z.string() });
export type JoinResponse = z.infer<typeof JoinResponse>;

/** POST /v1/machine: a joined worker reports itself anew after a restart. Answer: JoinResponse. */
export const ReportRequest = z.strictObject({ report: MachineReport });
export type ReportRequest = z.infer<typeof ReportRequest>;

/** POST /v1/lease: asks for a segment; the gateway holds the request up to `waitMs` when there is none. */
export const LeaseRequest = z.strictObject({ numericClass: Sha256, waitMs: z.int().min(0).max(20_000) });
export type LeaseRequest = z.infer<typeof LeaseRequest>;

/** An exclusive, fenced right to run one segment. Ordinary work and audits look the same. */
export const Lease = z.strictObject({
  leaseId: z.string(),
  token: FencingToken,
  expiresInMs: z.int(),
  heartbeatEveryMs: z.int(),
  jobId: z.string(),
  spec: JobSpec,
  index: z.int().min(0),
  previousCommitment: Sha256,
  startState: Sha256,
  startStateRoot: Sha256,
  limits: z.strictObject({ wallClockMs: z.int(), memoryBytes: z.int() }),
});
export type Lease = z.infer<typeof Lease>;
export const LeaseResponse = z.strictObject({ lease: Lease.nullable() });
export type LeaseResponse = z.infer<typeof LeaseResponse>;

/** POST /v1/leases/:id/heartbeat: keeps the lease and streams losses of steps [lossesFrom, lossesFrom + losses.length) of the segment. */
export const HeartbeatRequest = z.strictObject({
  token: FencingToken,
  stepsDone: z.int().min(0),
  lossesFrom: z.int().min(0),
  /** float32 little-endian, base64. */
  losses: Base64.max(600_000),
});
export type HeartbeatRequest = z.infer<typeof HeartbeatRequest>;
export const HeartbeatResponse = z.strictObject({ expiresInMs: z.int() });
export type HeartbeatResponse = z.infer<typeof HeartbeatResponse>;

/** POST /v1/leases/:id/commit: the finished segment. The state blob must have been uploaded before. */
export const CommitRequest = z.strictObject({
  token: FencingToken,
  stateBlob: Sha256,
  stateRoot: Sha256,
  /** K float32 losses, little-endian, base64. */
  losses: Base64.max(600_000),
  /** float32 [loss sum, correct, weight], little-endian, base64. */
  evaluation: Base64.length(16),
  numericClass: Sha256,
  commitment: Sha256,
  /** Ed25519 over commitmentMessage(commitment), hex. */
  signature: Hex(64),
  trainMs: z.number().min(0).finite(),
  evaluateMs: z.number().min(0).finite(),
  hashMs: z.number().min(0).finite(),
  peakMemoryBytes: z.int().min(0),
});
export type CommitRequest = z.infer<typeof CommitRequest>;
export const CommitResponse = z.strictObject({ accepted: z.literal(true) });
export type CommitResponse = z.infer<typeof CommitResponse>;

/** POST /v1/leases/:id/fail: gives the lease back with the reason (the segment is leased anew). */
export const FailRequest = z.strictObject({
  token: FencingToken,
  code: z.enum(["out-of-memory", "wall-clock", "crashed", "not-finite", "bad-blob", "shutting-down", "unsupported"]),
  message: z.string().max(1000),
});
export type FailRequest = z.infer<typeof FailRequest>;
export const FailResponse = z.strictObject({ released: z.literal(true) });
export type FailResponse = z.infer<typeof FailResponse>;

/** Every refusal on the wire: a stable code, one sentence for people, and the request to quote to support. */
export const WireError = z.strictObject({
  error: z.strictObject({ code: z.string(), message: z.string(), requestId: z.string() }),
});
export type WireError = z.infer<typeof WireError>;

/** Header names of a signed request; the signature covers requestMessage(). */
export const REQUEST_HEADERS = {
  machine: "x-trainyard-machine",
  time: "x-trainyard-time",
  signature: "x-trainyard-signature",
} as const;
