import { encodeSafetensors } from "@trainyard/protocol";
import { mlpTemplate } from "@trainyard/graph";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createJoinToken } from "@/modules/identity";
import { createCaller } from "@/server/trpc/root";
import { handMade, port } from "../../src/graph/src/testing/model-writer";
import { MessageWriter } from "../../src/graph/src/onnx/protobuf";
import { joinMachineByHand } from "../support/join-machine";
import { Platform } from "../support/platform";

/** Everything a refused request could have left half-written; the platform's own tasks write to the audit log at any time. */
const TABLES = [
  ...["job", "dataset", "market_order", "ledger_transfer", "ledger_entry", "machine"],
  "audit_log_entry WHERE actor NOT LIKE 'system:%'",
];

let platform: Platform;

/** The API of pages, as the buyer's engineer. */
function engineer() {
  const context = platform.as("buyer", "engineer");
  if (context.actor.kind !== "member") throw new Error("the buyer's engineer is a member");
  const { userId } = context.actor;
  const user = { id: userId, email: "eli@acme.example", name: null };
  return createCaller({
    session: { user, actor: context.actor, organisation: null, sessionToken: "test" },
    services: platform.services,
    gatewayUrl: platform.gatewayUrl,
    requestId: "request-1",
  });
}

const upload = (bytes: Uint8Array): Promise<string> => platform.services.blobs.put(bytes);

/** A safetensors file of `count` examples of 784 numbers with labels. */
function examples(count: number): Uint8Array {
  const x = { name: "x", dtype: "uint8" as const, shape: [count, 784], data: new Uint8Array(count * 784) };
  const labels = { name: "labels", dtype: "uint8" as const, shape: [count], data: new Uint8Array(count) };
  return encodeSafetensors([labels, x]);
}

/** A model whose weight says that its bytes lie in a file beside it. */
function externalModel(): Uint8Array {
  const entry = new MessageWriter().text(1, "location").text(2, ".env");
  const weight = new MessageWriter().int(1, 3).int(1, 2).int(2, 1).text(8, "w").message(13, entry).int(14, 1);
  return handMade({ initializers: [weight] });
}

async function post(modelBlob: string, datasetId: string, training = {}): Promise<unknown> {
  const source = { kind: "model" as const, modelBlob, datasetId, loss: "crossEntropy" as const };
  return engineer().settlement.post({
    source,
    training,
    name: "refused",
    limitMicros: 1_000_000n,
    idempotencyKey: "bad-input-1",
  });
}

async function rows(): Promise<string[]> {
  const client = new pg.Client({ connectionString: platform.databaseUrl });
  await client.connect();
  try {
    const counts = [];
    for (const table of TABLES) {
      const { rows: found } = await client.query<{ n: string }>(`SELECT count(*) AS n FROM ${table}`);
      counts.push(`${table}: ${found[0]?.n ?? "?"}`);
    }
    return counts;
  } finally {
    await client.end();
  }
}

async function expectRefused(work: () => Promise<unknown>, sentence: RegExp): Promise<void> {
  const before = await rows();
  const error = await work().then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(Error);
  expect((error as Error).message).toMatch(sentence);
  expect((error as Error).message).not.toMatch(/went wrong on our side/);
  expect(await rows()).toEqual(before);
}

describe("bad input is refused in one sentence, and nothing is half-written", () => {
  let mlp = "";
  beforeAll(async () => {
    platform = await Platform.open();
    mlp = await upload(mlpTemplate({ inputSize: 784, hiddenSizes: [8], classCount: 10, seed: 1 }));
  });
  afterAll(() => platform.close());

  it("a file that is not ONNX", async () => {
    const blob = await upload(new TextEncoder().encode("import torch\nprint('hello')\n".repeat(20)));
    await expectRefused(() => engineer().jobs.inspectModel({ modelBlob: blob }), /ONNX/);
    await expectRefused(() => post(blob, "dts_mnist"), /ONNX/);
  });

  it("a model with external data", async () => {
    const blob = await upload(externalModel());
    await expectRefused(() => engineer().jobs.inspectModel({ modelBlob: blob }), /external|another file/i);
    await expectRefused(() => post(blob, "dts_mnist"), /external|another file/i);
  });

  it("a model with an absurd shape", async () => {
    const blob = await upload(handMade({ inputs: [port("x", ["batch", 2 ** 40])] }));
    await expectRefused(() => post(blob, "dts_mnist"), /x|shape|size/i);
  });

  it("a dataset shorter than a batch", async () => {
    const { id } = await engineer().jobs.addDataset({
      name: "short",
      blob: await upload(examples(20)),
      format: "safetensors",
    });
    await expectRefused(() => post(mlp, id, { batchSize: 64 }), /batch/i);
  });

  it("a dataset that is no safetensors file", async () => {
    const blob = await upload(new Uint8Array(64).fill(255));
    const dataset = { name: "noise", blob, format: "safetensors" as const };
    await expectRefused(() => engineer().jobs.addDataset(dataset), /safetensors/i);
  });

  it("a limit below the price", async () => {
    await platform.startWorker("northwind", 1_000_000n);
    const source = { kind: "template" as const, template: "mnist-mlp" as const };
    const order = { source, name: "too cheap", limitMicros: 30n, idempotencyKey: "bad-input-2" };
    await expectRefused(() => engineer().settlement.post(order), /below the price.*Raise the limit/);
  });

  it("a limit above the balance", async () => {
    const source = { kind: "template" as const, template: "mnist-mlp" as const };
    const order = { source, name: "too dear", limitMicros: 900_000_000n, idempotencyKey: "bad-input-3" };
    await expectRefused(() => engineer().settlement.post(order), /balance.*Add \$/);
  });

  it("numbers that make no training run", async () => {
    await expectRefused(() => post(mlp, "dts_mnist", { batchSize: 0 }), /batchSize/);
    await expectRefused(() => post(mlp, "dts_mnist", { learningRate: Number.NaN }), /learningRate/);
  });

  it("another organisation's dataset", async () => {
    await expectRefused(() => post(mlp, "dts_of_somebody_else"), /dataset/);
  });

  it("a join token that has expired, was never made or is used twice", async () => {
    const joinWith = (joinToken: string, name: string) =>
      joinMachineByHand(platform.gatewayUrl, {
        folder: platform.folder,
        name,
        joinToken,
        numericClass: "0".repeat(64),
      });
    const { joinToken } = await createJoinToken(platform.as("northwind"));
    const client = new pg.Client({ connectionString: platform.databaseUrl });
    await client.connect();
    await client.query(`UPDATE join_token SET "expiresAt" = now() - interval '1 minute' WHERE "usedAt" IS NULL`);
    await client.end();
    await expectRefused(() => joinWith(joinToken, "late"), /expired.*Machines page/);
    await expectRefused(() => joinWith(`tyj_${"x".repeat(40)}`, "stranger"), /unknown/);
    const fresh = await createJoinToken(platform.as("northwind"));
    await joinWith(fresh.joinToken, "first");
    await expectRefused(() => joinWith(fresh.joinToken, "second"), /already used/);
  });
});
