import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { Readable } from "node:stream";
import {
  CommitResponse,
  FailResponse,
  HeartbeatResponse,
  JoinResponse,
  LeaseResponse,
  REQUEST_HEADERS,
  requestMessage,
  WireError,
  type CommitRequest,
  type FailRequest,
  type HeartbeatRequest,
  type JoinRequest,
  type LeaseRequest,
  type ReportRequest,
} from "@trainyard/protocol";
import type { z } from "zod";
import { GatewayError, isRetryable, UnreachableError } from "./gateway-error";
import type { MachineKey } from "./identity";
import type { Retry } from "./retry";

const EMPTY_HASH = createHash("sha256").digest("hex");
const ANSWER_TIMEOUT_MS = 30_000;

export interface ClientOptions {
  /** Base address of the gateway, without /v1. */
  readonly url: string;
  readonly key: MachineKey;
  readonly retry: Retry;
  /** Milliseconds since the epoch, for the signature. */
  readonly now: () => number;
}

interface Call {
  readonly method: "GET" | "HEAD" | "POST" | "PUT";
  /** The contract's path, which is what is signed; a prefix in the base address is not part of it. */
  readonly path: string;
  readonly bodyHash: string;
  readonly body?: () => BodyInit;
  readonly headers?: Record<string, string>;
  /** Null for blobs: they take as long as they take, and fetch itself gives up on a connection silent for 5 minutes. */
  readonly timeoutMs: number | null;
  readonly signal: AbortSignal | undefined;
}

type Answer<T> = z.ZodType<T>;

/** The gateway as the worker sees it: signed requests out, checked answers in, retries on what may pass. */
export class GatewayClient {
  /** Machine id once joined; before that the public key speaks for itself. */
  private machine: string;

  constructor(private readonly options: ClientOptions) {
    this.machine = options.key.publicKey;
  }

  /** Names the machine in every later request. */
  identifyAs(machineId: string): void {
    this.machine = machineId;
  }

  /** Binds this machine's key to an organisation; safe to repeat. */
  async join(request: JoinRequest): Promise<JoinResponse> {
    return this.post("/v1/join", request, JoinResponse);
  }

  async report(request: ReportRequest): Promise<JoinResponse> {
    return this.post("/v1/machine", request, JoinResponse);
  }

  /** Asks for work once; the gateway may hold the request for `waitMs`. Not retried: the loop asks again anyway. */
  async lease(request: LeaseRequest, signal: AbortSignal): Promise<LeaseResponse> {
    return this.postOnce("/v1/lease", request, LeaseResponse, ANSWER_TIMEOUT_MS + request.waitMs, signal);
  }

  /** One heartbeat, not retried: the next one carries the same losses and more. */
  async heartbeat(leaseId: string, request: HeartbeatRequest, timeoutMs: number): Promise<HeartbeatResponse> {
    return this.postOnce(leasePath(leaseId, "heartbeat"), request, HeartbeatResponse, timeoutMs);
  }

  async commit(leaseId: string, request: CommitRequest): Promise<CommitResponse> {
    return this.post(leasePath(leaseId, "commit"), request, CommitResponse);
  }

  /** Gives a lease back, once: if the gateway cannot be reached, the lease runs out by itself. */
  async fail(leaseId: string, request: FailRequest): Promise<FailResponse> {
    return this.postOnce(leasePath(leaseId, "fail"), request, FailResponse, 5_000);
  }

  /** Opens a download. The caller checks the hash of what arrives, and retries. */
  async openBlob(leaseId: string, sha256: string, signal: AbortSignal): Promise<Response> {
    return this.send({
      method: "GET",
      path: blobPath(leaseId, sha256),
      bodyHash: EMPTY_HASH,
      timeoutMs: null,
      signal,
    });
  }

  /** Uploads a file under its hash unless the store has it already. */
  async putBlob(
    leaseId: string,
    blob: { sha256: string; path: string; bytes: number },
    signal: AbortSignal,
  ): Promise<void> {
    const path = blobPath(leaseId, blob.sha256);
    await this.options.retry(async () => {
      if (await this.hasBlob(path, signal)) return;
      const answer = await this.send({
        method: "PUT",
        path,
        bodyHash: blob.sha256,
        body: () => Readable.toWeb(createReadStream(blob.path)) as ReadableStream<Uint8Array>,
        headers: { "content-type": "application/octet-stream", "content-length": String(blob.bytes) },
        timeoutMs: null,
        signal,
      });
      await answer.arrayBuffer();
    }, signal);
  }

  private async hasBlob(path: string, signal: AbortSignal): Promise<boolean> {
    try {
      await this.send({ method: "HEAD", path, bodyHash: EMPTY_HASH, timeoutMs: ANSWER_TIMEOUT_MS, signal });
      return true;
    } catch (error) {
      // An answer to HEAD has no body, so a refusal has no code here: the upload that follows hears it in full.
      if (error instanceof GatewayError && !isRetryable(error)) return false;
      throw error;
    }
  }

  private async post<T>(path: string, body: unknown, answer: Answer<T>): Promise<T> {
    return this.options.retry(() => this.postOnce(path, body, answer, ANSWER_TIMEOUT_MS));
  }

  private async postOnce<T>(
    path: string,
    body: unknown,
    answer: Answer<T>,
    timeoutMs: number,
    signal?: AbortSignal,
  ): Promise<T> {
    const text = JSON.stringify(body);
    const response = await this.send({
      method: "POST",
      path,
      bodyHash: createHash("sha256").update(text).digest("hex"),
      body: () => text,
      headers: { "content-type": "application/json" },
      timeoutMs,
      signal,
    });
    const parsed = answer.safeParse(await readJson(response, path));
    if (!parsed.success)
      throw new GatewayError(
        502,
        "gateway/bad-answer",
        `The gateway's answer to ${path} is not one this worker knows; update the worker if this stays. ${parsed.error.message.slice(0, 300)}`,
      );
    return parsed.data;
  }

  private async send(call: Call): Promise<Response> {
    const { key, now, url } = this.options;
    const timeMs = now();
    const signature = key.sign(
      requestMessage({ method: call.method, path: call.path, timeMs, bodyHash: call.bodyHash }),
    );
    const signals = call.signal === undefined ? [] : [call.signal];
    if (call.timeoutMs !== null) signals.push(AbortSignal.timeout(call.timeoutMs));
    const init: RequestInit & { duplex?: "half" } = {
      method: call.method,
      headers: {
        ...call.headers,
        [REQUEST_HEADERS.machine]: this.machine,
        [REQUEST_HEADERS.time]: String(timeMs),
        [REQUEST_HEADERS.signature]: signature,
      },
      signal: AbortSignal.any(signals),
      duplex: "half",
    };
    if (call.body !== undefined) init.body = call.body();
    let response: Response;
    try {
      response = await fetch(url.replace(/\/+$/, "") + call.path, init);
    } catch (cause) {
      call.signal?.throwIfAborted();
      throw new UnreachableError(`${call.method} ${call.path}: ${describe(cause)}`, { cause });
    }
    if (!response.ok) throw await refusal(response, call.path);
    return response;
  }
}

function leasePath(leaseId: string, verb: string): string {
  return `/v1/leases/${encodeURIComponent(leaseId)}/${verb}`;
}

function blobPath(leaseId: string, sha256: string): string {
  return `/v1/leases/${encodeURIComponent(leaseId)}/blobs/${sha256}`;
}

async function readJson(response: Response, path: string): Promise<unknown> {
  try {
    return await response.json();
  } catch (cause) {
    throw new UnreachableError(`${path}: the answer broke off or is not JSON`, { cause });
  }
}

async function refusal(response: Response, path: string): Promise<GatewayError> {
  const text = await response.text().catch(() => "");
  const retryAfterMs = Number(response.headers.get("retry-after") ?? 0) * 1000 || 0;
  const parsed = WireError.safeParse(parseOrNull(text));
  if (!parsed.success)
    return new GatewayError(response.status, `http/${response.status}`, `${path} answered ${response.status}.`, {
      retryAfterMs,
    });
  const { code, message, requestId } = parsed.data.error;
  return new GatewayError(response.status, code, message, { requestId, retryAfterMs });
}

function parseOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** The innermost reason of a failed fetch ("connect ECONNREFUSED …"), which undici hides in `cause`. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message || error.message : error.message;
}
