import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { lstat, mkdir, readdir, rename, rm, stat, utimes } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";

/** A blob whose bytes are not the ones its name promises. */
export class BadBlobError extends Error {
  override name = "BadBlobError";
}

/** Bytes of one blob as they arrive. */
export type BlobSource = (sha256: string) => Promise<AsyncIterable<Uint8Array>>;

export interface BlobCacheOptions {
  readonly directory: string;
  readonly scratch: string;
  readonly limitBytes: number;
}

/**
 * Files named by their SHA-256. A file enters only by rename after its hash was checked, is checked again on its first
 * use by each process, and leaves when the cache is over its limit, least recently used first.
 */
export class BlobCache {
  private readonly checked = new Set<string>();
  private readonly inUse = new Map<string, number>();
  private sequence = 0;

  constructor(private readonly options: BlobCacheOptions) {}

  /** Path of a blob, downloaded when absent. Throws BadBlobError when the source sends other bytes. */
  async fetch(sha256: string, source: BlobSource, signal: AbortSignal): Promise<string> {
    const path = this.pathOf(sha256);
    if (await this.holds(sha256, path)) return path;
    const partial = this.scratchPath();
    try {
      const hash = createHash("sha256");
      await pipeline(await source(sha256), hashing(hash), createWriteStream(partial, { mode: 0o600, flags: "wx" }), {
        signal,
      });
      const found = hash.digest("hex");
      if (found !== sha256)
        throw new BadBlobError(`Blob ${sha256} arrived with the SHA-256 ${found}; it was thrown away.`);
      await this.enter(partial, sha256);
    } finally {
      await rm(partial, { force: true });
    }
    return path;
  }

  /** Takes a finished file in under the hash it has. Throws BadBlobError when it is no plain file or has another hash. */
  async adopt(file: string, sha256: string): Promise<{ path: string; bytes: number }> {
    // A symbolic link left by a hostile graph must not turn into an upload of whatever it points to.
    const info = await lstat(file);
    if (!info.isFile()) throw new BadBlobError(`${file} is not a plain file.`);
    const found = await fileSha256(file);
    if (found !== sha256)
      throw new BadBlobError(`The state file has the SHA-256 ${found}, the sandbox said ${sha256}.`);
    await this.enter(file, sha256);
    return { path: this.pathOf(sha256), bytes: info.size };
  }

  /** Keeps blobs from eviction until the returned function is called. */
  pin(hashes: readonly string[]): () => void {
    for (const sha256 of hashes) this.inUse.set(sha256, (this.inUse.get(sha256) ?? 0) + 1);
    return () => {
      for (const sha256 of hashes) {
        const left = (this.inUse.get(sha256) ?? 1) - 1;
        if (left > 0) this.inUse.set(sha256, left);
        else this.inUse.delete(sha256);
      }
    };
  }

  /** Removes the least recently used blobs until the cache is inside its limit; blobs in use stay. */
  async evict(): Promise<number> {
    const files = await this.list();
    let total = files.reduce((sum, file) => sum + file.bytes, 0);
    let removed = 0;
    for (const file of files.sort((a, b) => a.usedMs - b.usedMs)) {
      if (total <= this.options.limitBytes) break;
      if (this.inUse.has(file.sha256)) continue;
      await rm(file.path, { force: true });
      this.checked.delete(file.sha256);
      total -= file.bytes;
      removed++;
    }
    return removed;
  }

  /** Bytes and files held now. */
  async size(): Promise<{ bytes: number; files: number }> {
    const files = await this.list();
    return { bytes: files.reduce((sum, file) => sum + file.bytes, 0), files: files.length };
  }

  /** A new name in scratch, on the file system of the cache. */
  scratchPath(): string {
    return join(this.options.scratch, `${process.pid}-${this.sequence++}`);
  }

  private pathOf(sha256: string): string {
    if (!/^[0-9a-f]{64}$/.test(sha256)) throw new BadBlobError(`"${sha256}" is not a SHA-256.`);
    return join(this.options.directory, sha256.slice(0, 2), sha256);
  }

  private async holds(sha256: string, path: string): Promise<boolean> {
    const info = await stat(path).catch(() => null);
    if (info === null) return false;
    if (!this.checked.has(sha256) && (await fileSha256(path)) !== sha256) {
      // The disk changed the bytes since they were checked in; fetch them anew rather than train on them.
      await rm(path, { force: true });
      return false;
    }
    this.checked.add(sha256);
    // Access times are often switched off (noatime), so the modification time carries the last use.
    const now = new Date();
    await utimes(path, now, now);
    return true;
  }

  private async enter(file: string, sha256: string): Promise<void> {
    const path = this.pathOf(sha256);
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await rename(file, path);
    this.checked.add(sha256);
    const release = this.pin([sha256]);
    await this.evict();
    release();
  }

  private async list(): Promise<{ path: string; sha256: string; bytes: number; usedMs: number }[]> {
    const entries = await readdir(this.options.directory, { recursive: true, withFileTypes: true });
    const files = [];
    for (const entry of entries) {
      if (!entry.isFile()) continue;
      const path = join(entry.parentPath, entry.name);
      const info = await stat(path).catch(() => null);
      if (info !== null) files.push({ path, sha256: entry.name, bytes: info.size, usedMs: info.mtimeMs });
    }
    return files;
  }
}

/** SHA-256 of a file, streamed. */
export async function fileSha256(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk as Uint8Array);
  return hash.digest("hex");
}

function hashing(hash: { update(chunk: Uint8Array): unknown }) {
  return async function* (source: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
    for await (const chunk of source) {
      hash.update(chunk);
      yield chunk;
    }
  };
}
