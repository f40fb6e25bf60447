import { describe, expect, test } from "vitest";
import { operatorGroups, operators } from "./ops";
import { gradientVerdict, type Operator } from "./ops/operator";
import { refusedOperators } from "./ops/refused";

const VERDICTS = { rule: "yes", none: "none", refused: "refused" } as const;

/** A table of markdown with columns as wide as their widest cell. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, i) => Math.max(3, title.length, ...rows.map((row) => row[i]?.length ?? 0)));
  const line = (cells: readonly string[]) => `| ${cells.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(" | ")} |`;
  return [line(head), line(widths.map((width) => "-".repeat(width))), ...rows.map(line)].join("\n");
}

const supported = (group: readonly Operator[]): string =>
  table(
    ["operator", "gradient", "since opset", "limits"],
    group.map((operator) => [
      operator.name,
      VERDICTS[gradientVerdict(operator)],
      String(operator.since ?? ""),
      operator.limits ?? "",
    ]),
  );

/** Names that share a reason and a way out stand together. */
function refused(): string {
  const reasons = new Map<string, string[]>();
  for (const [name, { reason, fix }] of refusedOperators) {
    const why = `${reason.slice(name.length + 1)} ${fix}`;
    reasons.set(why, [...(reasons.get(why) ?? []), name]);
  }
  return [...reasons].map(([why, names]) => `- **${names.join(", ")}** ${why}`).join("\n");
}

const document = (): string => `# Operators

What a model may contain, and what happens to it in training. Written from the operator table; do not edit.

Opsets 13 to 23 are read. "yes" means that gradients pass through, "none" that the derivative is zero or undefined
everywhere. Shapes, axes and other numbers that decide a shape are worked out before training, so they may be computed
from shapes and constants, but not from data.

${operatorGroups.map(([title, group]) => `## ${title}\n\n${supported(group)}`).join("\n\n")}

## Known and refused

Each of these is refused with what stands here; every other operator is refused as unknown.

${refused()}
`;

describe("the coverage of ONNX", () => {
  test("is what OPERATORS.md says; `npx vitest run src/graph/src/coverage.test.ts -u` writes it anew", async () => {
    await expect(document()).toMatchFileSnapshot("../OPERATORS.md");
  });

  test("has every operator of a buyer in one group, sorted, and none of them also refused", () => {
    const listed = operatorGroups.flatMap(([, group]) => group.map(({ name }) => name));
    const buyers = [...operators.values()].filter(({ allowed }) => allowed === "buyer").map(({ name }) => name);
    expect([...listed].sort()).toEqual(buyers.sort());
    expect(new Set(listed).size).toBe(listed.length);
    for (const [, group] of operatorGroups) {
      const names = group.map(({ name }) => name.toLowerCase());
      expect(names).toEqual([...names].sort());
    }
    expect(listed.filter((name) => refusedOperators.has(name))).toEqual([]);
  });

  test("says why an operator is refused, and the way out, in sentences", () => {
    for (const [name, { reason, fix }] of refusedOperators) {
      expect(reason.startsWith(`${name} `)).toBe(true);
      expect(reason).toMatch(/\.$/);
      expect(fix).toMatch(/^[A-Z].*\.$/);
    }
  });
});
