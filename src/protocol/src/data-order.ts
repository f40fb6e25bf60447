import { concatBytes, portableSha256, utf8ToBytes } from "./hash";

const ROUNDS = 6;

/**
 * The example at a position of the job's endless data stream: epoch after epoch, each a keyed permutation of all
 * examples (6-round Feistel network with cycle walking), so neither worker nor auditor chooses batches.
 * `position` counts examples from the job's first step; `count` is the number of examples.
 */
export function exampleAt(order: DataOrder, position: number): number {
  const epoch = Math.floor(position / order.count);
  return order.permute(epoch, position % order.count);
}

export interface DataOrder {
  readonly count: number;
  permute(epoch: number, index: number): number;
}

/** The data order that a seed gives over `count` examples. Bijective within each epoch. */
export function dataOrder(seed: string, count: number): DataOrder {
  if (!Number.isSafeInteger(count) || count < 1 || count > 2 ** 40)
    throw new RangeError(`A data order needs between 1 and 2^40 examples, got ${count}.`);
  const halfBits = Math.max(1, Math.ceil(Math.log2(Math.max(2, count)) / 2));
  const keysByEpoch = new Map<number, Uint32Array>();
  const keys = (epoch: number): Uint32Array => {
    let found = keysByEpoch.get(epoch);
    if (found === undefined) {
      found = roundKeys(seed, epoch);
      if (keysByEpoch.size > 4) keysByEpoch.clear();
      keysByEpoch.set(epoch, found);
    }
    return found;
  };
  return {
    count,
    permute(epoch, index) {
      const epochKeys = keys(epoch);
      let value = index;
      do value = feistel(value, halfBits, epochKeys);
      while (value >= count);
      return value;
    },
  };
}

function roundKeys(seed: string, epoch: number): Uint32Array {
  const digest = portableSha256(utf8ToBytes(`trainyard/data-order/v1\n${seed}\n${epoch}`));
  const view = new DataView(concatBytes(digest).buffer);
  return Uint32Array.from({ length: ROUNDS }, (_, round) => view.getUint32(round * 4, true));
}

function feistel(value: number, halfBits: number, keys: Uint32Array): number {
  const size = 2 ** halfBits;
  let left = Math.floor(value / size);
  let right = value % size;
  for (const key of keys) [left, right] = [right, (left ^ mix(right, key)) & (size - 1)];
  // `&` works on 32 bits; halfBits <= 20 keeps every half well inside them.
  return (left >>> 0) * size + (right >>> 0);
}

/** Integer finaliser of MurmurHash3 (public domain): full avalanche in 32 bits. */
function mix(value: number, key: number): number {
  let h = (value ^ key) >>> 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
