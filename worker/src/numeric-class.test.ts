import {
  EXACT_CLASS,
  STANDARD_ENGINES,
  type EngineSettings,
  type ExecutionProviderName,
  type NamedTensor,
} from "@trainyard/protocol";
import { compileTraining } from "@trainyard/graph";
import { describe, expect, it } from "vitest";
import { bytesField, fields, intField, textField, type Field } from "../../src/graph/src/onnx/protobuf";
import { TASKS, type Task } from "../../src/graph/src/testing/tasks";
import { exactProbe } from "./exact-probe";
import { exactClassHash, measureNumericClass } from "./numeric-class";
import { fromRuntimeTensor, openSession, toRuntimeTensor } from "./session";

const { exact, native } = STANDARD_ENGINES;

/** The exact probe's outputs, by name in the order of the graph. */
async function outputsOf(provider: ExecutionProviderName, engine: EngineSettings = exact) {
  const { model, inputs } = exactProbe();
  const session = await openSession(model, engine, provider);
  const results = await session.run(new Map(inputs.map((input) => [input.name, toRuntimeTensor(input)])));
  await session.close();
  return [...results].map(([name, tensor]) => fromRuntimeTensor(name, tensor));
}

describe("the exact probe", () => {
  it("gives the bytes that every machine must give, in ONNX Runtime and in ONNX Runtime Web", async () => {
    const [onProcessor, inWasm] = [await outputsOf("cpu"), await outputsOf("wasm")];
    expect(inWasm).toEqual(onProcessor);
    expect(exactClassHash(onProcessor)).toBe(EXACT_CLASS);
  });

  it.each([
    [1, "disabled"],
    [1, "all"],
    [2, "disabled"],
    [2, "all"],
  ] as const)("gives them on %i threads with optimisation %s", async (threads, optimization) => {
    const outputs = await outputsOf("cpu", { kind: "native", threads, optimization });
    expect(exactClassHash(outputs)).toBe(EXACT_CLASS);
  });

  it("sums products of integers up to the largest there are, and none of them saturates", async () => {
    const [left, right] = exactProbe().inputs.slice(0, 2).map(slicesOf);
    if (left === undefined || right === undefined) expect.fail("The probe has no factors.");
    for (const { high, low } of [left, right])
      for (const slice of [high, low]) expect(extremesOf(slice.flat())).toEqual([-64, 64]);
    const outputs = await outputsOf("cpu");
    const unit = 2 ** -19; // 1/64 of each factor's largest element, which is one, and 1/128 of that
    const others = products(left.low, right.high);
    const cross = products(left.high, right.low).map((sum, i) => (sum + (others[i] ?? 0)) * unit);
    expect(numbersOf(outputs, "probe.product")).toEqual(products(left.high, right.high));
    expect(numbersOf(outputs, "probe.cross")).toEqual(cross);
    expect(extremesOf(products(left.high, right.high))).toEqual([-64 * 64 * 381, 64 * 64 * 381]);
  });

  it("is a softmax of a product, so that it cannot be of nothing", async () => {
    const softmax = numbersOf(await outputsOf("wasm"), "probe.softmax");
    for (let row = 4; row < 24; row++) {
      const shares = softmax.slice(row * 17, row * 17 + 17);
      expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 4);
      expect(new Set(shares).size).toBe(17);
    }
  });

  it.each(TASKS)("has every operation of the exact graphs of a $name but moves", (task) => {
    const used = [...operationsOfTask(task)];
    expect(used.length).toBeGreaterThan(30);
    const probed = operationsOf(exactProbe().model);
    expect(used.filter((operation) => !probed.has(operation) && !isMove(operation))).toEqual([]);
  });

  it("has none that no exact graph of a sample job has", () => {
    const used = new Set(TASKS.flatMap((task) => [...operationsOfTask(task)]));
    expect([...operationsOf(exactProbe().model)].filter((operation) => !used.has(operation))).toEqual([]);
  });
});

describe("a numeric class", () => {
  it("of an exact job is one on every runtime, of a native one another", async () => {
    expect(await measureNumericClass(exact, "cpu")).toBe(EXACT_CLASS);
    expect(await measureNumericClass(exact, "wasm")).toBe(EXACT_CLASS);
    expect(await measureNumericClass(native, "cpu")).not.toBe(EXACT_CLASS);
  });

  it("of a native job cannot be had in WebAssembly", async () => {
    await expect(measureNumericClass(native, "wasm")).rejects.toMatchObject({
      code: "unsupported",
      message: expect.stringContaining("exact jobs only") as string,
    });
  });
});

type Matrix = number[][];

/** The slices of a factor whose largest element is one, as whole numbers: 1/64, and 1/128 of what that leaves over. */
function slicesOf({ shape, data }: NamedTensor): { high: Matrix; low: Matrix } {
  const [rows = 0, depth = 0] = shape;
  const values = new Float32Array(data.slice().buffer);
  const units = Array.from({ length: rows }, (_, row) => Array.from(values.subarray(row * depth, (row + 1) * depth)));
  const high = units.map((row) => row.map((x) => toEven(x * 64)));
  return { high, low: units.map((row, i) => row.map((x, k) => toEven((x * 64 - (high[i]?.[k] ?? 0)) * 128))) };
}

/** The nearest whole number, of two the even one. */
function toEven(x: number): number {
  const below = Math.floor(x);
  const above = x - below;
  return above > 0.5 || (above === 0.5 && below % 2 !== 0) ? below + 1 : below;
}

/** Products of every row of one matrix with every row of another. */
const products = (left: Matrix, right: Matrix): number[] =>
  left.flatMap((row) => right.map((other) => row.reduce((sum, x, k) => sum + x * (other[k] ?? 0), 0)));

const extremesOf = (numbers: readonly number[]): [number, number] => [Math.min(...numbers), Math.max(...numbers)];

/** Elements of an output of the probe. */
function numbersOf(outputs: readonly NamedTensor[], name: string): number[] {
  const { dtype, data } = outputs.find((output) => output.name === name) ?? expect.fail(`There is no ${name}.`);
  const { buffer } = data.slice();
  return Array.from(dtype === "int32" ? new Int32Array(buffer) : new Float32Array(buffer));
}

/** Operators that copy elements, with a constant between them at most: no arithmetic, so no bits to differ in. */
const MOVES = ["Concat", "Expand", "Gather", "Pad", "Reshape", "Split", "Transpose"];
const isMove = (operation: string): boolean => MOVES.some((op) => operation.startsWith(`${op} `));

const TYPES = ["", "float32", "uint8", "int8", "", "", "int32", "int64", "", "bool", "", "float64"];
/** The type of an operator's result, or the operand that has it; else it is that of the first. */
const RESULTS: Readonly<Record<string, string | number>> = {
  ...{ Equal: "bool", GreaterOrEqual: "bool", Less: "bool", ArgMax: "int64", MatMulInteger: "int32" },
  ...{ DequantizeLinear: 1, Where: 1, OneHot: 2, QuantizeLinear: 2 },
};

/** Operators with the types that they take and give, such as "Cast int32 > float32", of both graphs of an exact job. */
function operationsOfTask({ forward, options }: Task): Set<string> {
  const { segmentModel, evaluationModel } = compileTraining(forward, { ...options, engine: exact });
  return new Set([...operationsOf(segmentModel), ...operationsOf(evaluationModel)]);
}

const operationsOf = (model: Uint8Array): Set<string> => new Set(operationsIn(messageOf(model, 7), new Map()));

/** `outer` holds the types of what an enclosing graph has. */
function operationsIn(graph: Uint8Array, outer: ReadonlyMap<string, string>): string[] {
  const types = new Map(outer);
  for (const constant of all(graph, 5).map(bytesField)) types.set(textOf(constant, 8), typeOf(constant, 2));
  for (const input of all(graph, 11).map(bytesField))
    types.set(textOf(input, 1), typeOf(messageOf(messageOf(input, 2), 1), 1));
  return all(graph, 1).flatMap((field) => {
    const node = bytesField(field);
    const op = textOf(node, 4);
    const attribute = (name: string): Uint8Array =>
      all(node, 5)
        .map(bytesField)
        .find((each) => textOf(each, 1) === name) ?? expect.fail(`${op} has no ${name}.`);
    if (op === "Loop") return operationsIn(messageOf(attribute("body"), 6), types);
    const operands = all(node, 1).map(
      (name) => types.get(textField(name)) ?? expect.fail(`${op} has an unknown operand.`),
    );
    const rule = op === "Cast" ? typeOf(attribute("to"), 3) : (RESULTS[op] ?? 0);
    const result = typeof rule === "number" ? (operands[rule] ?? "") : rule;
    for (const output of all(node, 2)) types.set(textField(output), result);
    return [`${op} ${[...new Set(operands)].join(", ")} > ${result}`];
  });
}

const all = (message: Uint8Array, number: number): Field[] =>
  [...fields(message)].filter((field) => field.number === number);
const only = (message: Uint8Array, number: number): Field =>
  all(message, number)[0] ?? expect.fail(`Field ${number} is missing.`);
const messageOf = (message: Uint8Array, number: number): Uint8Array => bytesField(only(message, number));
const textOf = (message: Uint8Array, number: number): string => textField(only(message, number));
const typeOf = (message: Uint8Array, number: number): string => TYPES[intField(only(message, number))] ?? "";
