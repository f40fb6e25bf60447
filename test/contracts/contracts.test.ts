import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("../../", import.meta.url));

test("the escrow contract passes its unit, scenario, gas and invariant tests", { timeout: 180_000 }, () => {
  const forge = spawnSync("node_modules/.bin/forge", ["test", "--root", "."], {
    cwd: root,
    env: { ...process.env, FOUNDRY_CONFIG: fileURLToPath(new URL("foundry.toml", import.meta.url)) },
    encoding: "utf8",
  });
  expect(forge.status, `${forge.stdout}\n${forge.stderr}`).toBe(0);
});
