/**
 * Counter-based uniform numbers: element i of stream s under a seed is a hash of (seed, s, i), so a tensor does not
 * depend on what was drawn before it. Integer mixing (the finalizer of MurmurHash3) and exact float arithmetic only:
 * the same bits on every platform, which logarithms and cosines of a normal distribution would not promise.
 */
export function uniform(seed: number, stream: number, count: number, bound: number): Float32Array {
  const numbers = new Float32Array(count);
  const key = mix(Math.imul(mix(seed >>> 0), 0x9e3779b1) ^ mix(stream + 0x85ebca6b));
  for (let i = 0; i < count; i++) {
    const bits = mix(key ^ mix(Math.imul(i, 0x9e3779b1) + 0x165667b1));
    numbers[i] = ((bits >>> 8) / 2 ** 23 - 1) * bound;
  }
  return numbers;
}

function mix(value: number): number {
  let h = value | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
