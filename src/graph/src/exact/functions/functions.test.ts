import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { InferenceSession } from "onnxruntime-node";
import { describe, expect, test } from "vitest";
import type { Builder } from "../../builder";
import type { Value } from "../../ir";
import { bytesField, fields, textField } from "../../onnx/protobuf";
import { writeModel } from "../../onnx/write";
import {
  between,
  bitsOf,
  EDGES,
  exactGraph,
  interpretExact,
  runExact,
  SETTINGS,
  spread,
  type ExactGraph,
} from "../../testing/exact-run";
import { exactFunctions } from ".";
import { elu } from "./elu";
import { pow } from "./pow";
import { errorFunction } from "./series";

type Reference = (x: number) => number;

/** A function, the true one, the samples that its bound holds on, the bound, and its limits that are finite. */
interface Claim {
  readonly name: string;
  readonly reference: Reference;
  readonly samples: readonly number[];
  /** Largest error, relative or absolute. */
  readonly bound: number;
  readonly absolute?: true;
  readonly limits?: Readonly<Record<"Infinity" | "-Infinity", number> | Record<"-Infinity", number>>;
}

const COUNT = 20_000;
const small = (high = 0): number[] => spread(COUNT, -60, high);
const at = (low: number, high: number): number[] => between(COUNT, low, high);
const trueErf: Reference = (x) => (Math.abs(x) > 5 ? Math.sign(x) : errorFunction(x));

const CLAIMS: readonly Claim[] = [
  {
    name: "Exp",
    reference: Math.exp,
    samples: [...at(-87.33, 88.7), ...small(6)],
    bound: 2.1e-7,
    limits: { "-Infinity": 0 },
  },
  {
    name: "Reciprocal",
    reference: (x) => 1 / x,
    samples: small(126),
    bound: 6e-8,
    limits: { Infinity: 0, "-Infinity": -0 },
  },
  {
    name: "Sigmoid",
    reference: (x) => 1 / (1 + Math.exp(-x)),
    samples: [...at(-87.33, 90), ...small(6)],
    bound: 2.2e-7,
    limits: { "-Infinity": 0 },
  },
  { name: "Tanh", reference: Math.tanh, samples: [...at(-10, 10), ...small(126)], bound: 2.2e-7 },
  { name: "Erf", reference: trueErf, samples: [...at(-5, 5), ...small(126)], bound: 2.6e-7 },
  {
    name: "Log",
    reference: Math.log,
    samples: [...at(0.5, 2), ...spread(COUNT, -126, 126).map(Math.abs)],
    bound: 2.6e-7,
  },
  {
    name: "Softplus",
    reference: (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
    samples: [...at(-87.33, 100), ...small(6)],
    bound: 3.2e-7,
    limits: { "-Infinity": 0 },
  },
  { name: "Sin", reference: Math.sin, samples: [...at(-1, 1), ...small()], bound: 2.8e-7 },
  { name: "Sin", reference: Math.sin, samples: at(-50_000, 50_000), bound: 3e-7, absolute: true },
  { name: "Cos", reference: Math.cos, samples: at(-50_000, 50_000), bound: 3e-7, absolute: true },
  { name: "Tan", reference: Math.tan, samples: [...at(-1, 1), ...small()], bound: 3.2e-7 },
  {
    name: "Atan",
    reference: Math.atan,
    samples: [...at(-3, 3), ...small(126)],
    bound: 2.8e-7,
    limits: { Infinity: Math.PI / 2, "-Infinity": -Math.PI / 2 },
  },
  { name: "Asin", reference: Math.asin, samples: [...at(-1, 1), ...small()], bound: 3.4e-7 },
  { name: "Acos", reference: Math.acos, samples: at(-1, 1), bound: 3.4e-7 },
  { name: "Sinh", reference: Math.sinh, samples: [...at(-88, 88), ...small(6)], bound: 2.8e-7 },
  { name: "Cosh", reference: Math.cosh, samples: [...at(-88, 88), ...small(6)], bound: 2.8e-7 },
  { name: "Asinh", reference: Math.asinh, samples: [...at(-3, 3), ...small(120)], bound: 3.4e-7 },
  {
    name: "Acosh",
    reference: Math.acosh,
    samples: [...at(1, 3), ...spread(COUNT, 0, 120).map(Math.abs)],
    bound: 3.4e-7,
  },
  { name: "Atanh", reference: Math.atanh, samples: [...at(-0.9999, 0.9999), ...small(-1)], bound: 4e-7 },
];

const unary = (name: string) => exactFunctions.get(name) ?? ((): never => expect.fail(`${name} is missing.`));
const ONE_OPERAND: readonly (readonly [string, (b: Builder, x: Value) => Value])[] = [
  ...exactFunctions,
  ["Elu", (b, x) => elu(b, x, 1.5)],
];

test("every function has a bound", () => {
  expect(new Set(CLAIMS.map(({ name }) => name))).toEqual(new Set(exactFunctions.keys()));
});

describe.each(CLAIMS)("$name", ({ name, reference, samples, bound, absolute, limits }) => {
  const of = (x: readonly number[]) => runExact(exactGraph([[x.length]], unary(name)), [x]);

  test(`is off by less than ${bound}`, async () => {
    const y = await of(samples);
    const errors = samples.map((x, i) => {
      const wanted = reference(x);
      const error = Math.abs((y[i] ?? NaN) - wanted);
      return absolute === true || error === 0 ? error : error / Math.abs(wanted);
    });
    const worst = errors.findIndex((error) => !(error < bound));
    expect(worst, `${name}(${samples[worst]}) = ${y[worst]}, off by ${errors[worst]}`).toBe(-1);
  });

  test("makes no finite number of a NaN, nor of an infinity without a limit", async () => {
    const x = [NaN, Infinity, -Infinity];
    const y = await of(x);
    const wanted = new Map<string, number>(Object.entries(limits ?? {}));
    x.forEach((each, i) => {
      const limit = wanted.get(String(each));
      if (limit === undefined) expect(Number.isFinite(y[i]), `${name}(${each}) = ${y[i]}`).toBe(false);
      else expect(y[i]).toBe(Math.fround(limit));
    });
  });
});

describe.each(ONE_OPERAND)("%s", (_name, apply) => {
  const x = [...EDGES, ...spread(400, -130, 127, 7), ...spread(1500, -12, 7, 8), ...between(500, -20, 20)];
  const built = exactGraph([[x.length / 2, 2]], apply);
  const wanted = bitsOf(interpretExact(built, [x]));

  test.each(SETTINGS)(
    "gives the interpreter's bits: $graphOptimizationLevel, $intraOpNumThreads threads",
    async (settings) => {
      expect(bitsOf(await runExact(built, [x], settings))).toEqual(wanted);
    },
  );
});

test.each(ONE_OPERAND)("%s has the same bits where denormal numbers are made zero", (_name, apply) => {
  const x = [...spread(1000, -100, 100, 13), ...spread(1000, -24, 6, 14), ...between(500, -90, 90)];
  const built = exactGraph([[x.length]], apply);
  expect(bitsOf(interpretExact(built, [x], true))).toEqual(bitsOf(interpretExact(built, [x])));
});

describe("Pow", () => {
  const bases = [...EDGES, ...spread(300, -20, 20, 3)];
  const exponents = [0, 1, -1, 2, 3, 11, -7, 0.5, -0.5, 2.25, 1e-3, 100, 1e10, NaN, Infinity, -Infinity];
  const built = exactGraph([[bases.length, 1], [exponents.length]], pow);

  test.each(SETTINGS)(
    "gives the interpreter's bits: $graphOptimizationLevel, $intraOpNumThreads threads",
    async (settings) => {
      const wanted = bitsOf(interpretExact(built, [bases, exponents]));
      expect(bitsOf(await runExact(built, [bases, exponents], settings))).toEqual(wanted);
    },
  );

  test("has an error that grows with the logarithm of the result", async () => {
    const x = [...spread(200, -20, 20, 5)];
    const p = [0, 1, -1, 2, 3, -4, 2.25, 0.3];
    const y = await runExact(exactGraph([[x.length, 1], [p.length]], pow), [x, p]);
    x.forEach((base, i) =>
      p.forEach((exponent, j) => {
        const wanted = Math.pow(base, Math.fround(exponent));
        const actual = y[i * p.length + j] ?? 0;
        if (Number.isNaN(wanted)) expect(actual).toBeNaN();
        else
          expect(Math.abs(actual / wanted - 1), `${base}^${exponent}`).toBeLessThan(
            (1 + Math.abs(Math.log(Math.abs(wanted)))) * 5e-7,
          );
      }),
    );
  });

  test("gives one for any number to the power of zero, and zero for zero to a positive one", async () => {
    const y = await runExact(exactGraph([[3], [3]], pow), [
      [0, -3, 0],
      [0, 0, 2.5],
    ]);
    expect(Array.from(y)).toEqual([1, 1, 0]);
  });
});

test("Elu is the number itself, or its exponential less one", async () => {
  const x = [...at(-20, 5), NaN];
  const y = await runExact(
    exactGraph([[x.length]], (b, value) => elu(b, value, 1.5)),
    [x],
  );
  x.slice(0, -1).forEach((each, i) =>
    expect(Math.abs((y[i] ?? NaN) - (each > 0 ? each : 1.5 * Math.expm1(each)))).toBeLessThan(3e-7),
  );
  expect(y[x.length - 1]).toBeNaN();
});

describe("no optimiser puts one kernel in place of several nodes", () => {
  // What a model makes of a function and of its gradient: products with the operand, sums with a bias, halves.
  const uses: readonly (readonly [string, (b: Builder, x: Value, y: Value, bias: Value) => Value])[] = [
    ["alone", (_b, _x, y) => y],
    ["times its operand", (b, x, y) => b.mul(x, y)],
    ["of a biased operand", (b, x, y, bias) => b.mul(b.add(x, bias), b.shift(b.scale(y, 0.5), 0.5))],
  ];

  test.each(ONE_OPERAND)("%s", async (name, apply) => {
    const fed = [spread(128, -6, 3, 11), spread(16, -6, 0, 12)];
    for (const [use, made] of uses) {
      const built = exactGraph([[8, 16], [16]], (b, x, bias) => made(b, x, apply(b, b.add(x, bias)), bias));
      const kept = new Set(built.graph.nodes.map(({ op }) => op));
      for (const op of await optimised(built)) expect(kept, `${name}: ${op}`).toContain(op);
      const results = await Promise.all(SETTINGS.map((settings) => runExact(built, fed, settings)));
      for (const result of results) expect(bitsOf(result), `${name} ${use}`).toEqual(bitsOf(results[0] ?? result));
    }
  });

  async function optimised({ graph }: ExactGraph): Promise<string[]> {
    const folder = await mkdtemp(join(tmpdir(), "exact-"));
    try {
      const path = join(folder, "optimised.onnx");
      const session = await InferenceSession.create(writeModel(graph), {
        graphOptimizationLevel: "all",
        optimizedModelFilePath: path,
        logSeverityLevel: 3,
      });
      await session.release();
      return operatorsOf(await readFile(path));
    } finally {
      await rm(folder, { recursive: true });
    }
  }

  function operatorsOf(model: Uint8Array): string[] {
    const [GRAPH, NODE, OP_TYPE] = [7, 1, 4];
    const inside = (message: Uint8Array, number: number) =>
      [...fields(message)].filter((field) => field.number === number).map(bytesField);
    return inside(model, GRAPH).flatMap((graph) =>
      inside(graph, NODE).flatMap((node) =>
        [...fields(node)].filter(({ number }) => number === OP_TYPE).map(textField),
      ),
    );
  }
});
