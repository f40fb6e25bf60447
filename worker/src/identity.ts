import { createPrivateKey, createPublicKey, generateKeyPairSync, sign, type KeyObject } from "node:crypto";
import { chmodSync, existsSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { OperatorError } from "./operator-error";

const KEY_FILE = "machine-key.pem";
const MEMBERSHIP_FILE = "machine.json";

/** Where this machine has joined; kept beside its key. */
export const Membership = z.strictObject({
  url: z.url(),
  machineId: z.string().min(1),
  organisationName: z.string(),
  name: z.string(),
});
export type Membership = z.infer<typeof Membership>;

/** The machine's Ed25519 key (RFC 8032). The private part never leaves this object. */
export interface MachineKey {
  /** 32 bytes as lower-case hex. */
  readonly publicKey: string;
  /** Signature over a message, 64 bytes as lower-case hex. */
  sign(message: Uint8Array): string;
}

/** Loads the key in a data directory, or makes one. Throws OperatorError when others on this machine could read it. */
export function loadOrCreateKey(directory: string): MachineKey {
  const path = join(directory, KEY_FILE);
  if (!existsSync(path)) createKeyFile(path);
  // Windows reports no POSIX permission bits; the profile directory protects the file there.
  const mode = statSync(path).mode & 0o777;
  if (process.platform !== "win32" && (mode & 0o077) !== 0)
    throw new OperatorError(
      `The machine key ${path} can be read by other users (mode ${mode.toString(8)}). Run \`chmod 600 ${path}\`, and join again if it may have been copied.`,
    );
  return machineKey(readPrivateKey(path));
}

/** The stored membership, or null when this data directory never joined. */
export function readMembership(directory: string): Membership | null {
  const path = join(directory, MEMBERSHIP_FILE);
  if (!existsSync(path)) return null;
  try {
    return Membership.parse(JSON.parse(readFileSync(path, "utf8")));
  } catch (cause) {
    throw new OperatorError(`${path} is damaged. Run \`trainyard-worker join\` again; the key is kept.`, { cause });
  }
}

/** Stores the membership; a crash in between leaves the old file or the new one, never half. */
export function writeMembership(directory: string, membership: Membership): void {
  const path = join(directory, MEMBERSHIP_FILE);
  writeFileSync(`${path}.new`, `${JSON.stringify(membership, null, 2)}\n`, { mode: 0o600 });
  renameSync(`${path}.new`, path);
}

function createKeyFile(path: string): void {
  const { privateKey } = generateKeyPairSync("ed25519");
  writeFileSync(`${path}.new`, privateKey.export({ type: "pkcs8", format: "pem" }), { mode: 0o600 });
  chmodSync(`${path}.new`, 0o600);
  renameSync(`${path}.new`, path);
}

function readPrivateKey(path: string): KeyObject {
  try {
    return createPrivateKey(readFileSync(path));
  } catch (cause) {
    throw new OperatorError(`The machine key ${path} is not a PEM private key. Move it away and join again.`, {
      cause,
    });
  }
}

function machineKey(privateKey: KeyObject): MachineKey {
  const { x, crv } = createPublicKey(privateKey).export({ format: "jwk" });
  if (crv !== "Ed25519" || x === undefined)
    throw new OperatorError("The machine key is not an Ed25519 key. Move it away and join again.");
  return {
    publicKey: Buffer.from(x, "base64url").toString("hex"),
    sign: (message) => sign(null, message, privateKey).toString("hex"),
  };
}
