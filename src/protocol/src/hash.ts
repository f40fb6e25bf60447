import { hmac } from "@noble/hashes/hmac.js";
import { sha256 as nobleSha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, concatBytes, hexToBytes, utf8ToBytes } from "@noble/hashes/utils.js";

/** A SHA-256 implementation: 32 bytes out. Node's native one is about five times faster than the portable default. */
export type Sha256Function = (bytes: Uint8Array) => Uint8Array;

/** The portable SHA-256 (FIPS 180-4), for browsers and small inputs. */
export const portableSha256: Sha256Function = (bytes) => nobleSha256(bytes);

/** Lower-case hex SHA-256 of bytes or of a UTF-8 string. */
export function sha256Hex(data: Uint8Array | string, sha256: Sha256Function = portableSha256): string {
  return bytesToHex(sha256(typeof data === "string" ? utf8ToBytes(data) : data));
}

/** HMAC-SHA-256 (RFC 2104), 32 bytes. */
export function hmacSha256(key: Uint8Array, message: Uint8Array): Uint8Array {
  return hmac(nobleSha256, key, message);
}

export { bytesToHex, concatBytes, hexToBytes, utf8ToBytes };

const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);

/** Merkle leaf hash: SHA-256(0x00 || bytes). The prefix keeps a leaf from ever being read as a node (RFC 6962). */
export function merkleLeaf(bytes: Uint8Array, sha256: Sha256Function = portableSha256): Uint8Array {
  return sha256(concatBytes(LEAF, bytes));
}

/**
 * Merkle root over leaf hashes in order: parents are SHA-256(0x01 || left || right), an odd last node moves up unchanged.
 * Throws RangeError on an empty list, which has no root.
 */
export function merkleRoot(leaves: readonly Uint8Array[], sha256: Sha256Function = portableSha256): Uint8Array {
  let level = [...leaves];
  if (level.length === 0) throw new RangeError("A Merkle tree needs at least one leaf.");
  while (level.length > 1) {
    const next: Uint8Array[] = [];
    for (let i = 0; i < level.length; i += 2) {
      const [left, right] = [level[i], level[i + 1]];
      if (left === undefined) break;
      next.push(right === undefined ? left : sha256(concatBytes(NODE, left, right)));
    }
    level = next;
  }
  const [root] = level;
  if (root === undefined) throw new RangeError("A Merkle tree needs at least one leaf.");
  return root;
}
