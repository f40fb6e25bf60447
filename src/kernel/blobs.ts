import { createHash, randomUUID } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { mkdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Transform, type Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { assert } from "./assert";
import { DomainError } from "./domain-error";

/** The bytes that arrived are not the ones that were announced. Nothing was stored. */
export class BlobRefused extends DomainError {
  readonly code = "blobs/refused";
  readonly kind = "invalid";
}

/** Content-addressed bytes: a blob's name is its SHA-256, so it never changes and may be cached for ever. */
export interface BlobStore {
  /** Stores bytes and returns their hash. Storing the same bytes again is free. */
  put(bytes: Uint8Array): Promise<string>;
  /** Stores a stream whose hash and greatest size were announced; throws BlobRefused when it differs. */
  putStream(stream: Readable, expected: { hash: string; bytesMax: number }): Promise<void>;
  get(hash: string): Promise<Uint8Array>;
  stream(hash: string): Readable;
  /** Size in bytes, or null when the store lacks it. */
  size(hash: string): Promise<number | null>;
}

/** Blobs as files, two hex digits a folder; a blob appears whole or not at all (rename). */
export function fileBlobStore(directory: string): BlobStore {
  const pathOf = (hash: string): string => {
    assert(/^[0-9a-f]{64}$/.test(hash), "a blob's hash is parsed before it becomes a path");
    return join(directory, hash.slice(0, 2), hash);
  };
  const size = async (hash: string): Promise<number | null> => {
    const found = await stat(pathOf(hash)).catch(() => null);
    return found === null ? null : found.size;
  };
  const commit = async (temporary: string, hash: string): Promise<void> => {
    await mkdir(join(directory, hash.slice(0, 2)), { recursive: true });
    await rename(temporary, pathOf(hash));
  };
  const temporaryPath = async (): Promise<string> => {
    await mkdir(join(directory, "incoming"), { recursive: true });
    return join(directory, "incoming", randomUUID());
  };
  return {
    size,
    get: async (hash) => new Uint8Array(await readFile(pathOf(hash))),
    stream: (hash) => createReadStream(pathOf(hash)),
    async put(bytes) {
      const hash = createHash("sha256").update(bytes).digest("hex");
      if ((await size(hash)) !== null) return hash;
      const temporary = await temporaryPath();
      await writeFile(temporary, bytes);
      await commit(temporary, hash);
      return hash;
    },
    async putStream(stream, { hash, bytesMax }) {
      const temporary = await temporaryPath();
      const digest = createHash("sha256");
      let received = 0;
      const measure = new Transform({
        transform(chunk: Buffer, _encoding, done) {
          received += chunk.byteLength;
          digest.update(chunk);
          done(
            received > bytesMax
              ? new BlobRefused(`The upload is larger than the ${bytesMax} bytes allowed here.`)
              : null,
            chunk,
          );
        },
      });
      try {
        await pipeline(stream, measure, createWriteStream(temporary));
        if (digest.digest("hex") !== hash) throw new BlobRefused("The uploaded bytes do not have the announced hash.");
        await commit(temporary, hash);
      } catch (error) {
        await rm(temporary, { force: true });
        throw error;
      }
    },
  };
}
