import { describe, expect, it } from "vitest";
import { readArguments } from "./arguments";

describe("command line", () => {
  const environment = {
    url: "http://env",
    joinToken: "from-env",
    dataDirectory: "/env",
    runtime: "wasm",
    searchPath: [],
    vulkan: {},
  };

  it("lets flags win over the environment", () => {
    expect(readArguments(["run"], environment)).toMatchObject({
      url: "http://env",
      dataDirectory: "/env",
      runtime: "wasm",
      provider: "auto",
    });
    const flags = readArguments(
      ["join", "--url", "https://flag", "--data-dir", "/flag", "--runtime", "native", "--provider", "cpu"],
      environment,
    );
    expect(flags).toMatchObject({
      url: "https://flag",
      dataDirectory: "/flag",
      runtime: "native",
      provider: "cpu",
      joinToken: "from-env",
    });
  });

  it.each([
    [["dance"]],
    [["run", "--runtime", "browser"]],
    [["run", "--runtime", "native", "--provider", "tpu"]],
    [["run", "--runtime", "wasm", "--provider", "cpu"]],
    [["run", "--cache-gib", "-1"]],
    [["run", "--speed"]],
    [["run", "--url", "ftp://x"]],
  ])("refuses %j with a sentence", (argv) => expect(() => readArguments(argv, environment)).toThrow(/./));
});
