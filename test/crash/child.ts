// Tells one story in a process of its own, so that it can die by SIGKILL at a failpoint; the last line is the end state.
import { createServer } from "node:http";
import { once } from "node:events";
import { readBalance, trialBalance } from "@/modules/ledger";
import { reconcile } from "@/modules/reconciliation";
import { createServices } from "@/server/services";
import { answerStripeWebhook } from "@/server/stripe-webhook";
import { workOffQueue } from "../support/task-queue";
import { openStage, STORIES, type Stage } from "./stories";

const { STORY = "", DATABASE_URL = "", STRIPE_URL = "", WEBHOOK_PORT = "", SECRETS = "", FOLDER = "" } = process.env;
const failpointName = process.env["TRAINYARD_FAILPOINT"];
delete process.env["TRAINYARD_FAILPOINT"];
const BANKS_TAKE_SECONDS = 3 * 86_400;

/** Tasks of a process that died stay locked; the reconciler takes them up once they are old enough. */
let offsetMs = Number(process.env["CLOCK_OFFSET_MS"] ?? 0) + (await stripeNowMs()) - Date.now();
const services = createServices(
  {
    databaseUrl: DATABASE_URL,
    dataDirectory: FOLDER,
    sandbox: true,
    stripe: { secretKey: "sk_test_story", webhookSecrets: SECRETS.split(","), apiUrl: STRIPE_URL },
    payoutHoldMs: 0,
    publicUrl: "http://localhost:3000",
  },
  { now: () => new Date(Date.now() + offsetMs) },
);

const webhooks = createServer((request, response) => {
  void (async () => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const headers = { "stripe-signature": String(request.headers["stripe-signature"]) };
    const url = `http://127.0.0.1:${WEBHOOK_PORT}/`;
    const body = Buffer.concat(parts).toString("utf8");
    const answer = await answerStripeWebhook(services, new Request(url, { method: "POST", headers, body }));
    response.writeHead(answer.status).end();
  })().catch(() => response.writeHead(500).end());
});
webhooks.listen(Number(WEBHOOK_PORT), "127.0.0.1");
await once(webhooks, "listening");

const work = (): Promise<void> => workOffQueue(services, DATABASE_URL);

const control: Stage["control"] = async <T>(path: string, body: object) => {
  const response = await fetch(`${STRIPE_URL}${path}`, { method: "POST", body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${path}: ${await response.text()}`);
  return (await response.json()) as T;
};
const stage: Stage = {
  services,
  pass: async (seconds) => {
    await control("/_clock", { advanceSeconds: seconds });
    offsetMs += seconds * 1_000;
  },
  ...(await openStage(services)),
  control,
  submit: async (url, form) => {
    await (await fetch(url, { method: "POST", redirect: "manual", body: new URLSearchParams(form) })).arrayBuffer();
  },
  settle: async () => {
    for (let round = 0; round < 3; round++) {
      await delivered();
      await work();
    }
  },
};

async function stripeNowMs(): Promise<number> {
  const answer = (await (await fetch(`${STRIPE_URL}/_clock`)).json()) as { offsetSeconds: number };
  return Date.now() + answer.offsetSeconds * 1_000;
}

async function delivered(): Promise<void> {
  for (;;) {
    const answer = await fetch(`${STRIPE_URL}/_deliveries`);
    const { deliveries } = (await answer.json()) as { deliveries: { status: string; attempts: number }[] };
    if (deliveries.every(({ status, attempts }) => status !== "waiting" || attempts > 0)) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

const story = STORIES[STORY];
if (story === undefined) throw new Error(`There is no story ${STORY}.`);
if (process.env["LIFE"] === "0") {
  await story.before(stage);
  await stage.settle();
}
if (failpointName !== undefined) process.env["TRAINYARD_FAILPOINT"] = failpointName;
await story.tell(stage);
await reconcile(stage.system, services.rails, null);
await stage.settle();
await stage.pass(BANKS_TAKE_SECONDS); // what a cut delayed has not reached the bank yet
await reconcile(stage.system, services.rails, null);
await stage.settle();
const { green } = await reconcile(stage.system, services.rails, null);

const { assets, differences } = await trialBalance(services.database.reader);
const plain = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (_key, item: unknown) => (typeof item === "bigint" ? String(item) : item)));
const { stripe } = services.rails;
const count = async (
  list: AsyncIterable<{ amount?: number; status?: string | null }> | undefined,
): Promise<string[]> => {
  const seen: string[] = [];
  for await (const item of list ?? []) seen.push(`${item.amount}/${item.status ?? ""}`);
  return seen.sort();
};
const endState = {
  green,
  sums: plain(assets),
  differences: plain(differences),
  buyer: plain(await readBalance(stage.buyer)),
  provider: plain(await readBalance(stage.provider)),
  payments: await count(stripe?.client.paymentIntents.list({ limit: 100 })),
  refunds: await count(stripe?.client.refunds.list({ limit: 100 })),
  transfers: await count(stripe?.client.transfers.list({ limit: 100 })),
  disputes: await count(stripe?.client.disputes.list({ limit: 100 })),
};
process.stdout.write(`\n${JSON.stringify(endState)}\n`, () => process.exit(0));
