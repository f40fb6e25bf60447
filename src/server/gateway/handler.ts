import { randomUUID } from "node:crypto";
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import {
  CommitRequest,
  FailRequest,
  HeartbeatRequest,
  JoinRequest,
  LeaseRequest,
  ReportRequest,
  REQUEST_HEADERS,
  sha256Hex,
} from "@trainyard/protocol";
import type { Context } from "@/kernel";
import {
  checkRequestSignature,
  joinMachine,
  machineActor,
  reportMachine,
  type SignedRequest,
} from "@/modules/identity";
import { heartbeat } from "@/modules/jobs";
import { commitWork, failWork } from "@/modules/settlement";
import type { Services } from "../services";
import { readBlob, sendBlob, statBlob } from "./blobs";
import { readBody } from "./body";
import { waitForLease } from "./wait-for-lease";
import { answerError, TransportRefusal } from "./wire-error";

export interface GatewaySettings {
  readonly leaseMs: number;
}

const LEASE_PATH = /^\/v1\/leases\/([a-z0-9_]{1,64})\/(heartbeat|commit|fail)$/;
const BLOB_PATH = /^\/v1\/leases\/([a-z0-9_]{1,64})\/blobs\/([0-9a-f]{64})$/;

/** The workers' API over plain HTTP: JSON messages of the protocol, blobs as streams, every request signed. */
export function gatewayHandler(services: Services, settings: GatewaySettings): RequestListener {
  return (request, response) => {
    const requestId = randomUUID();
    route(services, settings, request, response, requestId).catch((error: unknown) =>
      answerError(response, error, requestId),
    );
  };
}

async function route(
  services: Services,
  settings: GatewaySettings,
  request: IncomingMessage,
  response: ServerResponse,
  requestId: string,
): Promise<void> {
  const path = new URL(request.url ?? "/", "http://gateway").pathname;
  if (path === "/v1/health") return answer(response, { ok: true });
  const blob = BLOB_PATH.exec(path);
  if (blob !== null)
    return routeBlob(services, request, response, { path, leaseId: blob[1] ?? "", hash: blob[2] ?? "", requestId });
  if (request.method !== "POST") throw new TransportRefusal(405, "gateway/method", `${path} takes POST.`);
  const body = await readBody(request);
  const signed = signedRequest(request, path, sha256Hex(body.bytes));
  if (path === "/v1/join") {
    const join = JoinRequest.parse(body.json);
    checkRequestSignature(services.clock, join.publicKey, signed);
    return answer(response, await joinMachine(services.contextFor({ kind: "system", task: "join" }, requestId), join));
  }
  const ctx = services.contextFor(await machineActor(services.database, services.clock, signed), requestId);
  answer(response, await machineVerb(ctx, settings, request, path, body.json));
}

async function machineVerb(
  ctx: Context,
  settings: GatewaySettings,
  request: IncomingMessage,
  path: string,
  json: unknown,
): Promise<object> {
  const { leaseMs } = settings;
  if (path === "/v1/machine") return reportMachine(ctx, ReportRequest.parse(json).report);
  if (path === "/v1/lease") return { lease: await waitForLease(ctx, request, LeaseRequest.parse(json), leaseMs) };
  const [, leaseId = "", action] = LEASE_PATH.exec(path) ?? [];
  if (action === "heartbeat") return heartbeat(ctx, { leaseId, leaseMs, beat: HeartbeatRequest.parse(json) });
  if (action === "commit") {
    await commitWork(ctx, { leaseId, commit: CommitRequest.parse(json) });
    return { accepted: true };
  }
  if (action === "fail") {
    await failWork(ctx, { leaseId, fail: FailRequest.parse(json) });
    return { released: true };
  }
  throw new TransportRefusal(404, "gateway/not-found", `There is nothing at ${path}.`);
}

async function routeBlob(
  services: Services,
  request: IncomingMessage,
  response: ServerResponse,
  blob: { path: string; leaseId: string; hash: string; requestId: string },
): Promise<void> {
  const { method } = request;
  // An upload's signature covers the announced hash; the store refuses bytes that do not have it.
  const signed = signedRequest(request, blob.path, method === "PUT" ? blob.hash : sha256Hex(new Uint8Array()));
  const ctx = services.contextFor(await machineActor(services.database, services.clock, signed), blob.requestId);
  if (method === "GET") return sendBlob(ctx, blob.leaseId, blob.hash, response);
  if (method === "HEAD") return statBlob(ctx, blob.leaseId, blob.hash, response);
  if (method === "PUT") return readBlob(ctx, blob.leaseId, blob.hash, request, response);
  throw new TransportRefusal(405, "gateway/method", "A blob takes GET, HEAD or PUT.");
}

function signedRequest(request: IncomingMessage, path: string, bodyHash: string): SignedRequest {
  const header = (name: string): string => {
    const value = request.headers[name];
    return typeof value === "string" ? value : "";
  };
  return {
    method: request.method ?? "GET",
    path,
    bodyHash,
    machine: header(REQUEST_HEADERS.machine),
    timeMs: Number(header(REQUEST_HEADERS.time)),
    signature: header(REQUEST_HEADERS.signature),
  };
}

function answer(response: ServerResponse, value: object): void {
  response.writeHead(200, { "content-type": "application/json" });
  response.end(JSON.stringify(value));
}
