import {
  bytesToHex,
  concatBytes,
  merkleLeaf,
  merkleRoot,
  portableSha256,
  utf8ToBytes,
  type Sha256Function,
} from "./hash";
import { inNameOrder, type NamedTensor } from "./tensors";

/** Bytes of one Merkle leaf inside a tensor. */
export const STATE_CHUNK_BYTES = 1024 * 1024;

/**
 * Root of a state: a Merkle tree over its tensors in name order, where each tensor's leaf binds name, type and shape to
 * the Merkle root of its 1 MiB chunks. Any machine that computed the same bits has the same root. Lower-case hex.
 */
export function stateRoot(tensors: readonly NamedTensor[], sha256: Sha256Function = portableSha256): string {
  const leaves = inNameOrder(tensors).map((tensor) => {
    const header = utf8ToBytes(JSON.stringify([tensor.name, tensor.dtype, tensor.shape]));
    return merkleLeaf(concatBytes(header, Uint8Array.of(0), chunksRoot(tensor.data, sha256)), sha256);
  });
  return bytesToHex(merkleRoot(leaves, sha256));
}

function chunksRoot(data: Uint8Array, sha256: Sha256Function): Uint8Array {
  const leaves: Uint8Array[] = [];
  for (let at = 0; at === 0 || at < data.byteLength; at += STATE_CHUNK_BYTES)
    leaves.push(merkleLeaf(data.subarray(at, at + STATE_CHUNK_BYTES), sha256));
  return merkleRoot(leaves, sha256);
}
