import type { IncomingMessage, ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import { NotFound, type Context } from "@/kernel";
import { leaseBlobs } from "@/modules/settlement";
import { TransportRefusal } from "./wire-error";

/** Streams a blob that the lease's segment reads. */
export async function sendBlob(ctx: Context, leaseId: string, hash: string, response: ServerResponse): Promise<void> {
  const { readable } = await leaseBlobs(ctx, leaseId);
  const bytes = readable.has(hash) ? await ctx.blobs.size(hash) : null;
  if (bytes === null) throw new NotFound("blob", hash);
  response.writeHead(200, { "content-type": "application/octet-stream", "content-length": bytes });
  await pipeline(ctx.blobs.stream(hash), response);
}

/** Whether the store has a blob already. Knowing a state's hash is having computed it, so this tells an auditor nothing. */
export async function statBlob(ctx: Context, leaseId: string, hash: string, response: ServerResponse): Promise<void> {
  await leaseBlobs(ctx, leaseId);
  const bytes = await ctx.blobs.size(hash);
  response.writeHead(bytes === null ? 404 : 200).end();
}

/** Takes the state that a lease's segment ends in. */
export async function readBlob(
  ctx: Context,
  leaseId: string,
  hash: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { uploadBytesMax } = await leaseBlobs(ctx, leaseId);
  const announced = Number(request.headers["content-length"] ?? Number.NaN);
  if (!(announced <= uploadBytesMax))
    throw new TransportRefusal(
      413,
      "gateway/too-large",
      `A state of this job has at most ${uploadBytesMax} bytes; send content-length.`,
    );
  await ctx.blobs.putStream(request, { hash, bytesMax: uploadBytesMax });
  response.writeHead(204).end();
}
