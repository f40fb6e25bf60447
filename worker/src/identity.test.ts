import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { lockDataDirectory, openDataDirectory } from "./data-directory";
import { loadOrCreateKey, readMembership, writeMembership } from "./identity";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "trainyard-worker-unit-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe("identity", () => {
  it("keeps one key, readable by its owner alone", () => {
    const first = loadOrCreateKey(folder);
    expect(loadOrCreateKey(folder).publicKey).toBe(first.publicKey);
    expect(first.publicKey).toMatch(/^[0-9a-f]{64}$/);
    expect(statSync(join(folder, "machine-key.pem")).mode & 0o777).toBe(0o600);
    chmodSync(join(folder, "machine-key.pem"), 0o644);
    expect(() => loadOrCreateKey(folder)).toThrow(/chmod 600/);
  });

  it("remembers where it joined, and says so when the memory is damaged", () => {
    expect(readMembership(folder)).toBeNull();
    const membership = { url: "http://127.0.0.1:1", machineId: "m_1", organisationName: "Yard", name: "box" };
    writeMembership(folder, membership);
    expect(readMembership(folder)).toEqual(membership);
    writeFileSync(join(folder, "machine.json"), "{");
    expect(() => readMembership(folder)).toThrow(/damaged/);
  });

  it("lets one process use a data folder, and takes over from a dead one", () => {
    const directory = openDataDirectory(folder);
    writeFileSync(join(folder, "worker.lock"), "999999999 1");
    const unlock = lockDataDirectory(directory);
    unlock();
    writeFileSync(join(folder, "worker.lock"), `${process.ppid} not-the-start-of-that-process`);
    lockDataDirectory(directory)();
    writeFileSync(join(folder, "worker.lock"), "");
    lockDataDirectory(directory)();
  });
});
