import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Stripe from "stripe";
import type { Context, MemberActor } from "@/kernel";
import { ensureDemoOrganisations, type DemoOrganisationKey } from "@/modules/identity";
import { trialBalance } from "@/modules/ledger";
import { createServices, type Services } from "@/server/services";
import { startStripeSandbox, type StripeSandbox } from "@/server/stripe-sandbox";
import { answerStripeWebhook } from "@/server/stripe-webhook";
import { createTestDatabase } from "./database";
import { MovableClock } from "./movable-clock";
import { workOffQueue } from "./task-queue";

const KEY = "sk_test_yard";

/**
 * The money side of a platform on a database of its own, with our Stripe server beside it and a webhook endpoint that Stripe
 * really calls. Queued tasks run when the test says so.
 */
export class StripeYard {
  readonly clock = new MovableClock();
  readonly #stops: (() => Promise<unknown>)[] = [];
  #owners: Partial<Record<DemoOrganisationKey, MemberActor>> = {};
  services!: Services;
  sandbox!: StripeSandbox;
  /** Stripe as an operator with the same key sees it. */
  stripe!: Stripe;
  endpointId = "";
  webhookUrl = "";
  webhookSecrets: string[] = [];
  databaseUrl = "";

  static async open(): Promise<StripeYard> {
    const yard = new StripeYard();
    const { url, close } = await createTestDatabase();
    const folder = mkdtempSync(join(tmpdir(), "trainyard-money-"));
    yard.databaseUrl = url;
    yard.#stops.push(async () => rmSync(folder, { recursive: true, force: true }), close);
    yard.sandbox = await startStripeSandbox({ port: 0, secretKey: KEY });
    yard.#stops.push(() => yard.sandbox.close());
    yard.stripe = new Stripe(KEY, { host: "127.0.0.1", port: yard.sandbox.port, protocol: "http", telemetry: false });
    const webhookSecrets = await yard.#listen();
    yard.webhookSecrets = webhookSecrets;
    yard.services = createServices(
      {
        databaseUrl: url,
        dataDirectory: folder,
        sandbox: true,
        stripe: { secretKey: KEY, webhookSecrets, apiUrl: yard.sandbox.url },
        payoutHoldMs: 0,
        publicUrl: "http://localhost:3000",
      },
      yard.clock,
    );
    yard.#stops.push(() => yard.services.database.close());
    const demo = await ensureDemoOrganisations(yard.asTask());
    for (const key of Object.keys(demo) as DemoOrganisationKey[]) {
      const { organisationId, ownerId } = demo[key];
      yard.#owners[key] = { kind: "member", userId: ownerId, organisationId, role: "owner" };
    }
    return yard;
  }

  as(key: DemoOrganisationKey, role: MemberActor["role"] = "owner"): Context {
    const owner = this.#owners[key];
    if (owner === undefined) throw new Error(`There is no demo organisation ${key}.`);
    return this.services.contextFor({ ...owner, role });
  }

  organisation(key: DemoOrganisationKey): string {
    const { actor } = this.as(key);
    if (actor.kind !== "member") throw new Error("an owner is a member");
    return actor.organisationId;
  }

  asTask(): Context {
    return this.services.contextFor({ kind: "system", task: "test" });
  }

  get rails(): Services["rails"] {
    return this.services.rails;
  }

  /** Calls one of the sandbox's controls. */
  async control<T = unknown>(method: "DELETE" | "GET" | "POST", path: string, body?: object): Promise<T> {
    const response = await fetch(`${this.sandbox.url}${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${await response.text()}`);
    return (await response.json()) as T;
  }

  /** Sends a form of a hosted page; the answer is not followed. */
  submit(url: string, form: Readonly<Record<string, string>>): Promise<Response> {
    return fetch(url, { method: "POST", redirect: "manual", body: new URLSearchParams(form) });
  }

  /** Moves both clocks. */
  async advance(seconds: number): Promise<void> {
    this.clock.offsetMs += seconds * 1_000;
    await this.control("POST", "/_clock", { advanceSeconds: seconds });
  }

  /** Runs every task that is due now. What fails is tried again by a later call when its time has come. */
  work(): Promise<void> {
    return workOffQueue(this.services, this.databaseUrl);
  }

  /** Waits until the sandbox has no webhook on its way. */
  async delivered(): Promise<void> {
    for (;;) {
      const { deliveries } = await this.control<{ deliveries: { status: string; attempts: number }[] }>(
        "GET",
        "/_deliveries",
      );
      if (deliveries.every(({ status, attempts }) => status !== "waiting" || attempts > 0)) return;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** The books add up, whatever happened. */
  async booksAreRight(): Promise<boolean> {
    const { assets, differences } = await trialBalance(this.services.database.reader);
    return differences.length === 0 && assets.every(({ totalMicros }) => totalMicros === 0n);
  }

  async close(): Promise<void> {
    for (const stop of this.#stops.reverse()) await stop();
  }

  async #listen(): Promise<string[]> {
    const server = createServer((request, response) => {
      void this.#answer(request).then(
        (answer) => response.writeHead(answer.status).end(),
        () => response.writeHead(500).end(),
      );
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    this.webhookUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    this.#stops.push(async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    });
    const url = this.webhookUrl;
    const endpoint = await this.stripe.webhookEndpoints.create({ url, enabled_events: ["*"] });
    const connect = await this.stripe.webhookEndpoints.create({
      url: `${url}connect`,
      enabled_events: ["*"],
      connect: true,
    });
    this.endpointId = endpoint.id;
    return [endpoint, connect].map(({ secret }) => secret ?? "");
  }

  async #answer(request: IncomingMessage): Promise<Response> {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const headers = { "stripe-signature": String(request.headers["stripe-signature"]) };
    const body = Buffer.concat(parts).toString("utf8");
    return answerStripeWebhook(this.services, new Request(this.webhookUrl, { method: "POST", headers, body }));
  }
}
