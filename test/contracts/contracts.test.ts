import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("../../", import.meta.url));

test("the escrow contract passes its unit, scenario, gas and invariant tests", { timeout: 600_000 }, () => {
  const forge = spawnSync("node_modules/.bin/forge", ["test", "--root", "."], {
    cwd: root,
    env: { ...process.env, NO_COLOR: "1", FOUNDRY_CONFIG: fileURLToPath(new URL("foundry.toml", import.meta.url)) },
    encoding: "utf8",
  });
  // The npm package's launcher ends with 0 whatever forge found, so the summary is what counts.
  expect(forge.stdout, forge.stderr).toMatch(/ [1-9]\d* tests passed, 0 failed, 0 skipped /);
  expect(forge.status, `${forge.stdout}\n${forge.stderr}`).toBe(0);
});
