import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { z } from "zod";
import { renderArtifacts } from "../../scripts/contracts/artifacts.mjs";

const root = fileURLToPath(new URL("../../", import.meta.url));
const Compiled = z.object({ bytecode: z.object({ object: z.string() }) });

test("the escrow contract passes its unit, scenario, gas and invariant tests", { timeout: 600_000 }, () => {
  const forge = runForge("test");
  // The npm package's launcher ends with 0 whatever forge found, so the summary is what counts.
  expect(forge.stdout, forge.stderr).toMatch(/ [1-9]\d* tests passed, 0 failed, 0 skipped /);
  expect(forge.status, `${forge.stdout}\n${forge.stderr}`).toBe(0);
});

test("what the platform deploys is what src/contracts says and what forge tests", { timeout: 300_000 }, () => {
  runForge("build");
  for (const { contract, path, bytecode, text } of renderArtifacts()) {
    const isCommitted = readFileSync(join(root, path), "utf8") === text;
    expect(isCommitted, `${path} is out of date: run \`node scripts/contracts.mjs\` and commit what it wrote`).toBe(
      true,
    );
    const tested = join(root, "node_modules/.cache/forge/out", `${contract}.sol`, `${contract}.json`);
    expect(Compiled.parse(JSON.parse(readFileSync(tested, "utf8"))).bytecode.object).toBe(bytecode);
  }
});

function runForge(command: string) {
  return spawnSync("node_modules/.bin/forge", [command, "--root", "."], {
    cwd: root,
    env: { ...process.env, NO_COLOR: "1", FOUNDRY_CONFIG: fileURLToPath(new URL("foundry.toml", import.meta.url)) },
    encoding: "utf8",
  });
}
