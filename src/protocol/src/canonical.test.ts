import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalJson, type Canonical } from "./canonical";

describe("canonical JSON", () => {
  it("gives one encoding whatever the order of keys", () => {
    expect(canonicalJson({ b: 1, a: [true, null, "é"] })).toBe('{"a":[true,null,"é"],"b":1}');
    expect(canonicalJson({ a: -0 })).toBe('{"a":0}');
  });

  it("reads back as the value it was", () => {
    const { tree } = fc.letrec<{ tree: Canonical }>((tie) => ({
      tree: fc.oneof(
        { depthSize: "small" },
        fc.string(),
        fc.integer(),
        fc.boolean(),
        fc.constant(null),
        fc.array(tie("tree")),
        fc.dictionary(fc.string(), tie("tree")),
      ),
    }));
    fc.assert(
      fc.property(tree, (value) => {
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it.each([1.5, Number.NaN, Infinity, 2 ** 60])("refuses %s, which has no exact encoding", (value) => {
    expect(() => canonicalJson({ value })).toThrow(TypeError);
  });
});
