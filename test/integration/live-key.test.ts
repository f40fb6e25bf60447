import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, inject, it } from "vitest";
import { ensureDemoOrganisations } from "@/modules/identity";
import { depositSandbox } from "@/modules/payments";
import { createServices } from "@/server/services";
import { migrate } from "@/server/start/database";
import { startEnvironment } from "@/server/start/env";
import { readFlags } from "@/server/start/flags";
import { startSettings } from "@/server/start/settings";
import { Supervisor } from "@/server/start/supervisor";
import { Terminal } from "@/server/start/terminal";
import { cloneDatabase, databaseUrl, dropDatabase, freshName } from "../support/template-database";

const ROOT = join(import.meta.dirname, "../..");

let url: string;
let folder: string;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "trainyard-live-"));
  url = await cloneDatabase(databaseUrl(inject("templateUrl"), "template0"), freshName("live"));
  await migrate(ROOT, url, { ...process.env, DATABASE_URL: url });
});
afterEach(async () => {
  await dropDatabase(url, new URL(url).pathname.slice(1));
  rmSync(folder, { recursive: true, force: true });
});

/** What a start without a key leaves behind. */
async function addDemoMoney(): Promise<void> {
  const services = createServices({ databaseUrl: url, dataDirectory: folder, sandbox: true });
  const { buyer } = await ensureDemoOrganisations(services.contextFor({ kind: "system", task: "test" }));
  const { organisationId, ownerId: userId } = buyer;
  const owner = services.contextFor({ kind: "member", userId, organisationId, role: "owner" });
  const funds = { amountMicros: 100_000_000n, idempotencyKey: "demo-money" };
  await depositSandbox(owner, { sandboxEnabled: true }, funds);
  await services.database.close();
}

it(
  "npm start refuses a live Stripe key beside demo money, before it starts a server",
  { timeout: 60_000 },
  async () => {
    await addDemoMoney();
    const environment = { NODE_ENV: "test", STRIPE_SECRET_KEY: "sk_live_x", DATABASE_URL: url } as const;
    const settings = startSettings(ROOT, readFlags(["--data", folder]), startEnvironment(environment));
    const shown: string[] = [];
    const terminal = new Terminal({ write: (text: string) => shown.push(text) }, () => 0);
    const supervisor = new Supervisor(settings, terminal);
    await expect(supervisor.start()).rejects.toThrow(/holds demo money, which a live Stripe key would make payable/);
    await supervisor.stop();
    expect(shown.filter((text) => text.startsWith("✓")).at(-1)).toMatch(/^✓ Migrations/);
  },
);
