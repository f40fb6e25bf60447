import { describe, expect, it } from "vitest";
import { EngineSettings, EXACT_CLASS, STANDARD_ENGINES } from "./job-spec";
import { MachineReport } from "./messages";

const REPORT = {
  ...{
    cpuModel: "c",
    cores: 2,
    memoryBytes: 1,
    platform: "p",
    workerVersion: "0",
    runtimeVersion: "1",
    sandbox: "full",
  },
  ...{ providers: [{ name: "wasm", runs: true, detail: "" }], provider: "wasm", numericClass: EXACT_CLASS },
};

describe("engine settings", () => {
  it("are those of one engine and of no other", () => {
    for (const settings of Object.values(STANDARD_ENGINES)) expect(EngineSettings.parse(settings)).toEqual(settings);
    expect(EngineSettings.parse({ kind: "exact", slices: 1 })).toEqual({ kind: "exact", slices: 1 });
  });

  it.each([
    { kind: "exact" },
    { kind: "exact", slices: 3 },
    { kind: "exact", slices: 2, threads: 1 },
    { kind: "exact", slices: 2, optimization: "all" },
    { kind: "native", slices: 2 },
    { kind: "native", threads: 1, optimization: "all", slices: 2 },
    { kind: "webgl", threads: 1, optimization: "all" },
  ])("are not %j", (settings) => {
    expect(EngineSettings.safeParse(settings).success).toBe(false);
  });
});

describe("a machine's report", () => {
  it("may be of a machine that runs one engine only, but not of one that runs none", () => {
    const withSpeeds = (native: number | null, exact: number | null) =>
      MachineReport.safeParse({ ...REPORT, flopsPerSecond: { native, exact } });
    expect(withSpeeds(null, 1e9).success).toBe(true);
    expect(withSpeeds(1e9, null).success).toBe(true);
    expect(withSpeeds(null, null).error?.issues).toMatchObject([{ message: "a machine runs one engine at least" }]);
  });
});
