import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeSafetensors, encodeSafetensors, SafetensorsError } from "./safetensors";
import type { NamedTensor } from "./tensors";

const tensors: NamedTensor[] = [
  { name: "w", dtype: "float32", shape: [2, 3], data: new Uint8Array(new Float32Array([1, 2, 3, 4, 5, 6]).buffer) },
  { name: "step", dtype: "int64", shape: [], data: new Uint8Array(new BigInt64Array([7n]).buffer) },
];

describe("safetensors", () => {
  it("follows the public layout: u64 header length, JSON, data in name order", () => {
    const file = encodeSafetensors(tensors, { format: "pt" });
    const length = Number(new DataView(file.buffer).getBigUint64(0, true));
    const header: unknown = JSON.parse(new TextDecoder().decode(file.subarray(8, 8 + length)));
    expect(header).toEqual({
      __metadata__: { format: "pt" },
      step: { dtype: "I64", shape: [], data_offsets: [0, 8] },
      w: { dtype: "F32", shape: [2, 3], data_offsets: [8, 32] },
    });
    expect(length % 8).toBe(0);
    expect(decodeSafetensors(file)).toEqual([tensors[1], tensors[0]]);
  });

  it("refuses a file whose header lies about lengths, shapes or types", () => {
    const forged = (header: string, body: number): Uint8Array => {
      const json = new TextEncoder().encode(header);
      const file = new Uint8Array(8 + json.byteLength + body);
      new DataView(file.buffer).setBigUint64(0, BigInt(json.byteLength), true);
      file.set(json, 8);
      return file;
    };
    const cases: [Uint8Array, RegExp][] = [
      [new Uint8Array(4), /shorter than/],
      [forged("[]", 0), /not a JSON object/],
      [forged("{oops", 0), /not UTF-8 JSON/],
      [forged('{"a":{"dtype":"F16","shape":[1],"data_offsets":[0,2]}}', 2), /has type F16/],
      [forged('{"a":{"dtype":"U8","shape":[-1],"data_offsets":[0,1]}}', 1), /no valid shape/],
      [
        forged('{"a":{"dtype":"U8","shape":[9007199254740991,9007199254740991],"data_offsets":[0,1]}}', 1),
        /needs \d+ bytes/,
      ],
      [forged('{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}', 1), /offsets say/],
      [forged('{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}', 2), /cover 1 bytes/],
    ];
    for (const [file, message] of cases) expect(() => decodeSafetensors(file)).toThrow(message);
    const huge = new Uint8Array(16);
    new DataView(huge.buffer).setBigUint64(0, 2n ** 63n, true);
    expect(() => decodeSafetensors(huge)).toThrow(SafetensorsError);
  });

  it("never fails in another way, whatever the bytes", () => {
    const file = encodeSafetensors(tensors);
    fc.assert(
      fc.property(fc.nat(file.byteLength - 1), fc.nat(255), fc.nat(file.byteLength), (at, value, length) => {
        const mutated = file.slice(0, length);
        if (at < length) mutated[at] = value;
        try {
          decodeSafetensors(mutated);
        } catch (error) {
          expect(error).toBeInstanceOf(SafetensorsError);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
