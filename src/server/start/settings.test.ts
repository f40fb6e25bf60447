import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, it } from "vitest";
import { platformEnvironment, startEnvironment } from "./env";
import { readFlags } from "./flags";
import { startSettings } from "./settings";

let folder = "";
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function settingsWith(environment: Readonly<Record<string, string>>) {
  folder = mkdtempSync(join(tmpdir(), "trainyard-settings-"));
  return startSettings(folder, readFlags([]), startEnvironment({ NODE_ENV: "test", ...environment }));
}

it("is a sandbox with a Stripe and a chain of its own while nobody gives a key", () => {
  const settings = settingsWith({});
  expect(settings).toMatchObject({ sandbox: true, gatewayPort: 3001, localChainPort: 3003 });
  expect(settings.stripeSandbox?.port).toBe(3002);
});

it("stays a sandbox with a test key of Stripe's", () => {
  expect(settingsWith({ STRIPE_SECRET_KEY: "sk_test_x" })).toMatchObject({ sandbox: true, stripeSandbox: null });
});

it.each(["sk_live_x", "rk_live_x"])("has neither demo money nor a local chain beside the live key %s", (key) => {
  const settings = settingsWith({ STRIPE_SECRET_KEY: key });
  expect(settings).toMatchObject({ sandbox: false, stripeSandbox: null, localChainPort: null });
  expect(platformEnvironment(settings, "postgresql://none")).toMatchObject({ TRAINYARD_SANDBOX: "0" });
});
