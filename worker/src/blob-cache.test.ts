import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { BadBlobError, BlobCache } from "./blob-cache";
import { openDataDirectory } from "./data-directory";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "trainyard-worker-unit-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const hashOf = (text: string): string => createHash("sha256").update(text).digest("hex");
const never = new AbortController().signal;
const sourceOf = (text: string) => async () =>
  (async function* () {
    yield Buffer.from(text.slice(0, 2));
    yield Buffer.from(text.slice(2));
  })();

describe("blob cache", () => {
  const open = (limitBytes: number) => {
    const { blobs, scratch } = openDataDirectory(folder);
    return new BlobCache({ directory: blobs, scratch, limitBytes });
  };

  it("downloads once, and again when the disk changed the bytes", async () => {
    let downloads = 0;
    const source = async () => (downloads++, sourceOf("hello")());
    const path = await open(1000).fetch(hashOf("hello"), source, never);
    await open(1000).fetch(hashOf("hello"), source, never);
    expect(downloads).toBe(1);
    writeFileSync(path, "jello");
    await open(1000).fetch(hashOf("hello"), source, never);
    expect(downloads).toBe(2);
  });

  it("throws wrong bytes away", async () => {
    const cache = open(1000);
    await expect(cache.fetch(hashOf("hello"), sourceOf("jello"), never)).rejects.toThrow(BadBlobError);
    expect(await cache.size()).toEqual({ bytes: 0, files: 0 });
    await expect(cache.fetch("../../etc/passwd", sourceOf("x"), never)).rejects.toThrow(/not a SHA-256/);
  });

  it("drops the least recently used blob, never one in use", async () => {
    const cache = open(10);
    const paths = [];
    for (const text of ["aaaa", "bbbb"]) paths.push(await cache.fetch(hashOf(text), sourceOf(text), never));
    for (const [at, path] of paths.entries()) utimesSync(path, 1000 + at, 1000 + at);
    const release = cache.pin([hashOf("aaaa")]);
    await cache.fetch(hashOf("cccc"), sourceOf("cccc"), never);
    expect(await cache.size()).toEqual({ bytes: 8, files: 2 });
    let downloads = 0;
    const counting = async () => (downloads++, sourceOf("aaaa")());
    await cache.fetch(hashOf("aaaa"), counting, never);
    expect(downloads).toBe(0);
    release();
  });

  it("adopts a plain file with the right hash, and no link to somewhere else", async () => {
    const cache = open(1000);
    writeFileSync(join(folder, "state"), "state");
    symlinkSync(join(folder, "state"), join(folder, "link"));
    await expect(cache.adopt(join(folder, "link"), hashOf("state"))).rejects.toThrow(/plain file/);
    await expect(cache.adopt(join(folder, "state"), hashOf("other"))).rejects.toThrow(/sandbox said/);
    expect((await cache.adopt(join(folder, "state"), hashOf("state"))).bytes).toBe(5);
  });
});
