import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { freePort } from "@/server/postgres/free-port";
import { startStripeSandbox } from "@/server/stripe-sandbox";
import { createTestDatabase } from "../support/database";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const SECRETS = ["whsec_story_account", "whsec_story_connect"];
const KILLED = "SIGKILL";

/** Every failpoint of the money flows by the story that passes it. */
const MATRIX: Readonly<Record<string, readonly string[]>> = {
  "top-up": [
    "customer-made",
    "top-up-inserted",
    "top-up-queued",
    "top-up-started",
    "call-attempt-noted",
    "call-carried-out:checkout-session",
    "call-booked:checkout-session",
    "call-finished:checkout-session",
    "event-kept",
    "event-committed",
    "top-up-read",
    "top-up-booked",
    "top-up-committed",
    "event-handled",
  ],
  refund: [
    "refund-opened",
    "refund-queued",
    "call-carried-out:refund",
    "call-booked:refund",
    "call-finished:refund",
    "refund-read",
    "refund-booked",
  ],
  payout: [
    "account-made",
    "payout-opened",
    "payout-queued",
    "call-carried-out:transfer",
    "call-booked:transfer",
    "call-finished:transfer",
    "call-carried-out:connected-payout",
    "call-booked:connected-payout",
    "call-finished:connected-payout",
    "payout-read",
    "payout-booked",
  ],
  "payout-returned": [
    "call-carried-out:transfer-reversal",
    "call-booked:transfer-reversal",
    "call-finished:transfer-reversal",
  ],
  "bank-transfer": [
    "wires-read",
    "wires-noted",
    "call-carried-out:wire-payment",
    "call-booked:wire-payment",
    "call-finished:wire-payment",
    "wire-read",
    "wire-booked",
  ],
  dispute: ["dispute-read", "dispute-booked"],
  "automatic-top-up": [
    "auto-top-up-queued",
    "call-carried-out:off-session-payment",
    "call-booked:off-session-payment",
    "call-finished:off-session-payment",
  ],
};

let bundle = "";
let folder = "";
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "trainyard-crash-"));
  bundle = join(ROOT, "node_modules", ".cache", "crash-child.mjs");
  const own = /^(@\/|@trainyard\/|\.{0,2}\/|[A-Za-z]:)/;
  await build({
    absWorkingDir: ROOT,
    entryPoints: ["test/crash/child.ts"],
    outfile: bundle,
    bundle: true,
    platform: "node",
    format: "esm",
    logLevel: "warning",
    plugins: [
      {
        name: "packages-stay-outside",
        setup: (bundler) =>
          bundler.onResolve({ filter: /.*/ }, ({ path }) => (own.test(path) ? undefined : { path, external: true })),
      },
    ],
  });
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("the failpoint matrix", () => {
  it("names every failpoint that the product has", () => {
    const named = new Set(
      Object.values(MATRIX)
        .flat()
        .map((name) => name.replace(/:.*/, "")),
    );
    expect(failpointsInSource()).toEqual([...named].sort());
    expect(Object.values(MATRIX).flat().length).toBeGreaterThanOrEqual(40);
  });

  for (const [story, failpoints] of Object.entries(MATRIX)) {
    describe(story, () => {
      let expected: unknown;
      beforeAll(async () => {
        expected = (await withWorld((world) => tell(world, story))).endState;
        expect(expected).toMatchObject({ green: true, differences: [] });
      }, 120_000);

      it.each(failpoints)("ends the same after kill -9 at %s", { timeout: 120_000 }, async (failpoint) => {
        await withWorld(async (world) => {
          const first = await tell(world, story, failpoint);
          expect(first.signal).toBe(KILLED);
          const second = await tell(world, story);
          expect(second.output).toBe("");
          expect(second.endState).toEqual(expected);
        });
      });
    });
  }
});

interface World {
  readonly databaseUrl: string;
  readonly stripeUrl: string;
  readonly webhookPort: number;
  lives: number;
}

/** A database, a Stripe of its own, and a place for its webhooks. */
async function withWorld<T>(work: (world: World) => Promise<T>): Promise<T> {
  const { url, close } = await createTestDatabase();
  const webhookPort = await freePort();
  const webhooks = SECRETS.map((secret, index) => ({
    id: `we_story${index}`,
    url: `http://127.0.0.1:${webhookPort}/`,
    secret,
    connect: index > 0,
  }));
  const sandbox = await startStripeSandbox({ port: 0, secretKey: "sk_test_story", webhooks });
  try {
    return await work({ databaseUrl: url, stripeUrl: sandbox.url, webhookPort, lives: 0 });
  } finally {
    await sandbox.close();
    await close();
  }
}

/** Runs the story in a process of its own; every life begins a minute after the one before. */
async function tell(world: World, story: string, failpoint?: string) {
  const env = {
    ...process.env,
    STORY: story,
    DATABASE_URL: world.databaseUrl,
    STRIPE_URL: world.stripeUrl,
    WEBHOOK_PORT: String(world.webhookPort),
    SECRETS: SECRETS.join(","),
    FOLDER: folder,
    LIFE: String(world.lives),
    CLOCK_OFFSET_MS: String(world.lives++ * 60_000),
    ...(failpoint === undefined ? {} : { TRAINYARD_FAILPOINT: failpoint }),
  };
  const child = spawn(process.execPath, [bundle], { env, cwd: ROOT, stdio: ["ignore", "pipe", "pipe"] });
  let answer = "";
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => (answer += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const [, signal] = (await once(child, "close")) as [number | null, string | null];
  const last = answer.trim().split("\n").at(-1) ?? "";
  return { signal, output, endState: last.startsWith("{") ? (JSON.parse(last) as unknown) : output };
}

/** Names in `failpoint("…")` calls, without what is filled in when they run. */
function failpointsInSource(): string[] {
  const names = new Set<string>();
  const visit = (path: string): void => {
    for (const entry of readdirSync(path, { withFileTypes: true })) {
      const child = join(path, entry.name);
      if (entry.isDirectory()) visit(child);
      else if (/\.ts$/.test(entry.name))
        for (const [, name = ""] of readFileSync(child, "utf8").matchAll(/failpoint\(["`]([a-z-]+)/g)) names.add(name);
    }
  };
  visit(join(ROOT, "src", "modules", "payments"));
  return [...names].sort();
}
