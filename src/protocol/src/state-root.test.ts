import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { merkleRoot, portableSha256 } from "./hash";
import { STATE_CHUNK_BYTES, stateRoot } from "./state-root";
import type { NamedTensor } from "./tensors";

const sha256 = (bytes: Uint8Array): Uint8Array => new Uint8Array(createHash("sha256").update(bytes).digest());
const tensor = (name: string, data: Uint8Array): NamedTensor => ({
  name,
  dtype: "uint8",
  shape: [data.byteLength],
  data,
});

describe("state root", () => {
  const big = Uint8Array.from({ length: STATE_CHUNK_BYTES * 2 + 17 }, (_, i) => i % 251);

  it("does not depend on the order in which tensors are listed, nor on whose SHA-256 is used", () => {
    const a = tensor("a", big);
    const b = tensor("b", Uint8Array.of(1));
    expect(stateRoot([a, b])).toBe(stateRoot([b, a], sha256));
  });

  it("changes with any flipped bit, name, type or shape", () => {
    const root = stateRoot([tensor("a", big)], sha256);
    fc.assert(
      fc.property(fc.nat(big.byteLength - 1), fc.nat(7), (at, bit) => {
        const flipped = big.slice();
        flipped[at] = (flipped[at] ?? 0) ^ (1 << bit);
        expect(stateRoot([tensor("a", flipped)], sha256)).not.toBe(root);
      }),
      { numRuns: 40 },
    );
    expect(stateRoot([tensor("A", big)], sha256)).not.toBe(root);
    expect(stateRoot([{ ...tensor("a", big), dtype: "bool" }], sha256)).not.toBe(root);
    expect(stateRoot([{ ...tensor("a", big), shape: [1, big.byteLength] }], sha256)).not.toBe(root);
  });

  it("keeps leaves and nodes apart, and moves an odd node up", () => {
    const [a, b, c] = [0, 1, 2].map((i) => portableSha256(Uint8Array.of(i)));
    if (!a || !b || !c) throw new Error("three leaves");
    const pair = sha256(new Uint8Array([1, ...a, ...b]));
    expect(merkleRoot([a, b, c])).toEqual(sha256(new Uint8Array([1, ...pair, ...c])));
    expect(merkleRoot([a])).toEqual(a);
    expect(() => merkleRoot([])).toThrow(RangeError);
  });
});
