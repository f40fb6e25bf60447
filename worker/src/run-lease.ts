import { createHash } from "node:crypto";
import { join } from "node:path";
import {
  commitmentHash,
  commitmentMessage,
  jobBlobs,
  type CommitRequest,
  type ExecutionProviderName,
  type Lease,
} from "@trainyard/protocol";
import { BadBlobError, type BlobCache } from "./blob-cache";
import type { GatewayClient } from "./client";
import { GatewayError, isFenced, UnreachableError } from "./gateway-error";
import type { MachineKey } from "./identity";
import { FencedError, LeaseKeeper } from "./lease-keeper";
import { shortId, type Log } from "./log";
import { exactProvider } from "./probe";
import type { Retry } from "./retry";
import { runInSandbox, type SandboxSettings } from "./sandbox";
import type { SegmentResult } from "./sandbox-messages";
import { SegmentFailure, type FailCode } from "./segment-failure";

export interface LeaseContext {
  readonly client: GatewayClient;
  readonly cache: BlobCache;
  readonly key: MachineKey;
  readonly sandbox: SandboxSettings;
  readonly provider: ExecutionProviderName;
  readonly retry: Retry;
  readonly log: Log;
  /** Aborted when the worker is asked to stop. */
  readonly shutdown: AbortSignal;
  readonly onProcess?: (pid: number) => void;
}

export type LeaseOutcome = "committed" | "failed" | "dropped";

/** Runs one lease to its end: committed, given back with a reason, or dropped because a newer holder exists. */
export async function runLease(lease: Lease, context: LeaseContext): Promise<LeaseOutcome> {
  const { log } = context;
  const keeper = new LeaseKeeper(context.client, lease);
  const name = `segment ${lease.index} of ${shortId(lease.jobId)}`;
  const facts = { job: lease.jobId, segment: lease.index, lease: lease.leaseId };
  const release = context.cache.pin([...jobBlobs(lease.spec), lease.startState]);
  try {
    const signal = AbortSignal.any([keeper.signal, context.shutdown]);
    const result = await finishSegment(lease, context, keeper, signal);
    const loss = lastLoss(result.losses);
    log.info(
      `${name}: ${lease.spec.stepsPerSegment} steps in ${(result.trainMs / 1000).toFixed(2)} s, loss ${loss.toFixed(3)}, committed`,
      { ...facts, event: "committed", trainMs: result.trainMs, loss },
    );
    return "committed";
  } catch (error) {
    if (isFenced(error) || error instanceof FencedError) {
      log.warn(`${name}: dropped, another machine holds it now`, { ...facts, event: "fenced" });
      return "dropped";
    }
    const failure = explain(error, context.shutdown);
    await giveBack(lease, failure, context);
    log.warn(`${name}: given back (${failure.code}): ${failure.message}`, {
      ...facts,
      event: "failed",
      code: failure.code,
    });
    return "failed";
  } finally {
    release();
    await keeper.stop();
  }
}

async function finishSegment(
  lease: Lease,
  context: LeaseContext,
  keeper: LeaseKeeper,
  signal: AbortSignal,
): Promise<SegmentResult> {
  const { spec, index } = lease;
  const blobs: Record<string, string> = {};
  for (const hash of jobBlobs(spec)) blobs[hash] = await fetchBlob(lease, hash, context, signal);
  const startState = await fetchBlob(lease, lease.startState, context, signal);
  const task = (folder: string) => ({
    kind: "segment" as const,
    spec,
    index,
    provider: spec.engine.kind === "exact" ? exactProvider(context.provider) : context.provider,
    startStateRoot: lease.startStateRoot,
    startState,
    blobs,
    outputPath: join(folder, "state.safetensors"),
  });
  let outputPath = "";
  const run = {
    limits: lease.limits,
    signal,
    onLosses: (losses: Uint8Array) => keeper.add(losses),
    ...(context.onProcess === undefined ? {} : { onStarted: context.onProcess }),
  };
  const makeTask = (folder: string) => {
    const made = task(folder);
    outputPath = made.outputPath;
    return made;
  };
  return runInSandbox(context.sandbox, makeTask, run, async ({ result, peakMemoryBytes }) => {
    const state = await context.cache.adopt(outputPath, result.stateBlob);
    // The next segment of this job starts from this file: keep it until the commit is through.
    const release = context.cache.pin([result.stateBlob]);
    try {
      await context.client.putBlob(lease.leaseId, { sha256: result.stateBlob, ...state }, signal);
      const request = commitRequest(lease, result, peakMemoryBytes, context.key);
      // A heartbeat that crosses an accepted commit is refused as fenced, so none may be on its way now. From here
      // neither it nor the operator stops the work: the commit hears of a newer holder by itself.
      await keeper.stop();
      await context.client.commit(lease.leaseId, request);
    } finally {
      release();
    }
    return result;
  });
}

/** The signed claim of a finished segment, as the gateway wants it. */
export function commitRequest(
  lease: Lease,
  result: SegmentResult,
  peakMemoryBytes: number,
  key: MachineKey,
): CommitRequest {
  const { index, spec } = lease;
  const fromStep = index * spec.stepsPerSegment;
  const commitment = commitmentHash({
    job: lease.jobId,
    index,
    previous: lease.previousCommitment,
    stateRoot: result.stateRoot,
    lossHash: hashOfBase64(result.losses),
    evaluationHash: hashOfBase64(result.evaluation),
    fromStep,
    toStep: fromStep + spec.stepsPerSegment,
    numericClass: result.numericClass,
  });
  const { stateBlob, stateRoot, losses, evaluation, numericClass, trainMs, evaluateMs, hashMs } = result;
  return {
    token: lease.token,
    stateBlob,
    stateRoot,
    losses,
    evaluation,
    numericClass,
    commitment,
    signature: key.sign(commitmentMessage(commitment)),
    trainMs,
    evaluateMs,
    hashMs,
    peakMemoryBytes,
  };
}

async function fetchBlob(lease: Lease, sha256: string, context: LeaseContext, signal: AbortSignal): Promise<string> {
  const source = async (): Promise<AsyncIterable<Uint8Array>> => {
    const { body } = await context.client.openBlob(lease.leaseId, sha256, signal);
    if (body === null) throw new UnreachableError(`The gateway answered without the bytes of blob ${sha256}.`);
    return unbroken(body, sha256, signal);
  };
  return context.retry(() => context.cache.fetch(sha256, source, signal), signal);
}

/** A connection that breaks off in mid-blob counts as the gateway being unreachable, so that the download is repeated. */
async function* unbroken(
  body: AsyncIterable<Uint8Array>,
  sha256: string,
  signal: AbortSignal,
): AsyncIterable<Uint8Array> {
  try {
    yield* body;
  } catch (cause) {
    signal.throwIfAborted();
    throw new UnreachableError(`The download of blob ${sha256} broke off.`, { cause });
  }
}

function explain(error: unknown, shutdown: AbortSignal): { code: FailCode; message: string } {
  if (shutdown.aborted) return { code: "shutting-down", message: "The operator stopped this worker." };
  if (error instanceof SegmentFailure) return { code: error.code, message: error.message };
  if (error instanceof BadBlobError) return { code: "bad-blob", message: error.message };
  if (error instanceof GatewayError && error.status === 404) return { code: "bad-blob", message: error.message };
  if (error instanceof Error) return { code: "crashed", message: `${error.name}: ${error.message}` };
  return { code: "crashed", message: String(error) };
}

async function giveBack(
  lease: Lease,
  failure: { code: FailCode; message: string },
  context: LeaseContext,
): Promise<void> {
  try {
    await context.client.fail(lease.leaseId, {
      token: lease.token,
      code: failure.code,
      message: failure.message.slice(0, 1000),
    });
  } catch (error) {
    if (isFenced(error)) return;
    const reason = error instanceof Error ? error.message : String(error);
    context.log.warn(`The lease could not be given back and will run out by itself: ${reason}`, {
      lease: lease.leaseId,
    });
  }
}

function hashOfBase64(base64: string): string {
  return createHash("sha256").update(Buffer.from(base64, "base64")).digest("hex");
}

function lastLoss(losses: string): number {
  const bytes = Buffer.from(losses, "base64");
  return bytes.byteLength >= 4 ? bytes.readFloatLE(bytes.byteLength - 4) : NaN;
}
