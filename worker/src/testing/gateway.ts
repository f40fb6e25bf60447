import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import {
  commitmentHash,
  commitmentMessage,
  CommitRequest,
  decodeSafetensors,
  FailRequest,
  HeartbeatRequest,
  JoinRequest,
  LeaseRequest,
  REQUEST_HEADERS,
  requestMessage,
  ReportRequest,
  stateRoot,
  type JobSpec,
  type Lease,
  type SegmentClaim,
} from "@trainyard/protocol";
import { Refusal } from "./refusal";
import { hashOf, hashOfBase64, verifies } from "./proofs";

const JOIN_TOKEN = "join-token-for-tests";
const GENESIS = "0".repeat(64);

export interface TestJob {
  jobId: string;
  spec: JobSpec;
  limits?: Partial<Lease["limits"]>;
}

interface Holding {
  lease: Lease;
  machine: string;
  done: boolean;
}

/** The gateway's contract over real HTTP and files: it checks every signature, hash and commitment it is given. */
export class TestGateway {
  readonly heartbeats: HeartbeatRequest[] = [];
  readonly commits: (CommitRequest & { claim: SegmentClaim })[] = [];
  readonly failures: FailRequest[] = [];
  readonly uploads: string[] = [];
  readonly refusals: string[] = [];
  /** Blobs that are sent with one byte changed. */
  readonly corrupted = new Set<string>();
  /** Answers that still have to be 503. */
  outages = 0;
  private readonly keys = new Map<string, string>();
  private readonly server: Server;
  private queue: TestJob[] = [];
  private holding: Holding | null = null;
  private chain = { index: 0, previous: GENESIS, state: "" };
  private token = 0;

  constructor(private readonly folder: string) {
    mkdirSync(folder, { recursive: true });
    this.server = createServer((request, response) => void this.answer(request, response));
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  get joinToken(): string {
    return JOIN_TOKEN;
  }

  store(bytes: Uint8Array): string {
    const sha256 = hashOf(bytes);
    writeFileSync(join(this.folder, sha256), bytes);
    return sha256;
  }

  blob(sha256: string): Uint8Array {
    return readFileSync(join(this.folder, sha256));
  }

  post(job: TestJob): void {
    this.queue.push(job);
    if (this.queue.length === 1) this.chain = { index: 0, previous: GENESIS, state: job.spec.initialState };
  }

  /** Takes the work away from whoever holds it, as an expired lease would. */
  fence(): void {
    this.token++;
    this.holding = null;
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      if (this.outages-- > 0) throw new Refusal(503, "gateway/unavailable");
      this.outages = 0;
      const body = Buffer.concat(chunks);
      const machine = this.authenticate(request, body);
      const result = await this.route(request, body, machine);
      response.writeHead(200, result instanceof Uint8Array ? {} : { "content-type": "application/json" });
      response.end(result instanceof Uint8Array ? result : JSON.stringify(result));
    } catch (error) {
      const refusal = error instanceof Refusal ? error : new Refusal(500, "test/bug", String(error));
      // A HEAD answered with 404 is an ordinary "not here yet".
      if (request.method !== "HEAD") this.refusals.push(refusal.code === "test/bug" ? refusal.message : refusal.code);
      response.writeHead(refusal.status, { "content-type": "application/json" });
      response.end(JSON.stringify({ error: { code: refusal.code, message: refusal.message, requestId: "r1" } }));
    }
  }

  private authenticate(request: IncomingMessage, body: Buffer): string {
    const machine = String(request.headers[REQUEST_HEADERS.machine]);
    const timeMs = Number(request.headers[REQUEST_HEADERS.time]);
    const publicKey = request.url === "/v1/join" ? machine : this.keys.get(machine);
    const message = requestMessage({
      method: request.method ?? "",
      path: request.url ?? "",
      timeMs,
      bodyHash: hashOf(body),
    });
    const signature = String(request.headers[REQUEST_HEADERS.signature]);
    if (publicKey === undefined || !verifies(publicKey, message, signature)) throw new Refusal(401, "auth/signature");
    return machine;
  }

  private async route(request: IncomingMessage, body: Buffer, machine: string): Promise<object> {
    const path = request.url ?? "";
    const blob = /^\/v1\/leases\/([^/]+)\/blobs\/([0-9a-f]{64})$/.exec(path);
    if (blob !== null) return this.serveBlob(request, blob[2] ?? "", body);
    const json: unknown = JSON.parse(body.toString());
    if (path === "/v1/join") return this.join(JoinRequest.parse(json));
    if (path === "/v1/machine")
      return ReportRequest.parse(json) && { machineId: machine, organisationName: "Test yard" };
    if (path === "/v1/lease") return { lease: await this.lease(LeaseRequest.parse(json), machine) };
    if (path.endsWith("/heartbeat")) return this.heartbeat(HeartbeatRequest.parse(json));
    if (path.endsWith("/commit")) return this.commit(CommitRequest.parse(json), machine);
    if (path.endsWith("/fail")) return this.fail(FailRequest.parse(json));
    throw new Refusal(404, "http/not-found");
  }

  private join(request: JoinRequest): object {
    if (request.joinToken !== JOIN_TOKEN)
      throw new Refusal(403, "machine/join-token", "The join token is unknown or used up.");
    const machineId = `m_${request.publicKey.slice(0, 8)}`;
    this.keys.set(machineId, request.publicKey);
    return { machineId, organisationName: "Test yard" };
  }

  private serveBlob(request: IncomingMessage, sha256: string, body: Buffer): object {
    if (request.method === "PUT") {
      if (hashOf(body) !== sha256 || Number(request.headers["content-length"]) !== body.byteLength)
        throw new Refusal(400, "blob/hash");
      this.uploads.push(this.store(body));
      return {};
    }
    if (!existsSync(join(this.folder, sha256))) throw new Refusal(404, "blob/unknown");
    const bytes = Uint8Array.from(this.blob(sha256));
    if (this.corrupted.has(sha256)) bytes[0] = (bytes[0] ?? 0) ^ 1;
    return bytes;
  }

  private async lease(request: LeaseRequest, machine: string): Promise<Lease | null> {
    const [job] = this.queue;
    if (job === undefined) {
      await new Promise((resolve) => setTimeout(resolve, Math.min(request.waitMs, 50)));
      return null;
    }
    const { index, previous, state } = this.chain;
    const lease: Lease = {
      leaseId: `lease-${index}`,
      token: String(++this.token),
      expiresInMs: 1_000,
      heartbeatEveryMs: 100,
      jobId: job.jobId,
      spec: job.spec,
      index,
      previousCommitment: previous,
      startState: state,
      startStateRoot: stateRoot(decodeSafetensors(this.blob(state))),
      limits: { wallClockMs: 30_000, memoryBytes: 1024 ** 3, ...job.limits },
    };
    this.holding = { lease, machine, done: false };
    return lease;
  }

  private held(token: string): Holding {
    if (this.holding === null || this.holding.lease.token !== token) throw new Refusal(409, "lease/fenced");
    return this.holding;
  }

  private heartbeat(request: HeartbeatRequest): object {
    this.held(request.token);
    this.heartbeats.push(request);
    return { expiresInMs: 1_000 };
  }

  private commit(request: CommitRequest, machine: string): object {
    const { lease } = this.held(request.token);
    const { spec, index } = lease;
    const fromStep = index * spec.stepsPerSegment;
    const claim: SegmentClaim = {
      job: lease.jobId,
      index,
      previous: lease.previousCommitment,
      stateRoot: request.stateRoot,
      lossHash: hashOfBase64(request.losses),
      evaluationHash: hashOfBase64(request.evaluation),
      fromStep,
      toStep: fromStep + spec.stepsPerSegment,
      numericClass: request.numericClass,
    };
    if (commitmentHash(claim) !== request.commitment) throw new Refusal(422, "commit/commitment");
    const publicKey = this.keys.get(machine) ?? "";
    if (!verifies(publicKey, commitmentMessage(request.commitment), request.signature))
      throw new Refusal(422, "commit/signature");
    if (stateRoot(decodeSafetensors(this.blob(request.stateBlob))) !== request.stateRoot)
      throw new Refusal(422, "commit/state");
    this.commits.push({ ...request, claim });
    this.holding = null;
    this.chain = { index: index + 1, previous: request.commitment, state: request.stateBlob };
    if (index + 1 === spec.segmentCount) this.nextJob();
    return { accepted: true };
  }

  /** A failed job is not offered again, so that a test sees one failure and then what comes after it. */
  private fail(request: FailRequest): object {
    this.held(request.token);
    this.failures.push(request);
    this.holding = null;
    if (request.code !== "crashed") this.nextJob();
    return { released: true };
  }

  private nextJob(): void {
    this.queue = this.queue.slice(1);
    const [job] = this.queue;
    if (job !== undefined) this.chain = { index: 0, previous: GENESIS, state: job.spec.initialState };
  }
}
