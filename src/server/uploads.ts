import { createHash, randomUUID } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { mkdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ReadableStream as WebStream } from "node:stream/web";
import { DomainError, requireRole, type Context } from "@/kernel";
import { webEnv } from "./env";

/** Largest file that a browser may upload. */
export const UPLOAD_BYTES_MAX = 512 * 1024 * 1024;
/** Up to this size a blob is stored from memory, which lets the store skip bytes that it has already. */
const MEMORY_BYTES_MAX = 8 * 1024 * 1024;

/** The upload is empty or too large. Nothing was stored. */
export class UploadRefused extends DomainError {
  readonly code = "uploads/refused";
  readonly kind = "invalid";
}

/** Stores a request's body by content. The hash is ours, never the browser's word; a broken upload leaves nothing behind. */
export async function receiveUpload(ctx: Context, body: WebStream | null): Promise<{ hash: string; bytes: number }> {
  requireRole(ctx.actor, "engineer");
  if (body === null) throw new UploadRefused("The file is empty. Choose a file with content.");
  const directory = join(webEnv().dataDirectory, "uploads");
  await mkdir(directory, { recursive: true });
  const temporary = join(directory, randomUUID());
  try {
    const { hash, bytes } = await spool(Readable.fromWeb(body), temporary);
    if (bytes === 0) throw new UploadRefused("The file is empty. Choose a file with content.");
    if (bytes <= MEMORY_BYTES_MAX) await ctx.blobs.put(new Uint8Array(await readFile(temporary)));
    else await ctx.blobs.putStream(createReadStream(temporary), { hash, bytesMax: UPLOAD_BYTES_MAX });
    return { hash, bytes };
  } finally {
    await rm(temporary, { force: true });
  }
}

async function spool(source: Readable, path: string): Promise<{ hash: string; bytes: number }> {
  const digest = createHash("sha256");
  let bytes = 0;
  const measure = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.byteLength;
      digest.update(chunk);
      done(bytes > UPLOAD_BYTES_MAX ? tooLarge() : null, chunk);
    },
  });
  await pipeline(source, measure, createWriteStream(path));
  return { hash: digest.digest("hex"), bytes };
}

function tooLarge(): UploadRefused {
  return new UploadRefused(
    `The file is larger than the ${UPLOAD_BYTES_MAX / 2 ** 20} MiB that can be uploaded here. Use a smaller file.`,
    {
      bytesMax: UPLOAD_BYTES_MAX,
    },
  );
}
