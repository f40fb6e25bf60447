import { randomUUID } from "node:crypto";
import fc from "fast-check";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { micros, openDatabase, type Context, type Database, type Micros, type Tx } from "@/kernel";
import { createTestDatabase } from "../../../test/support/database";
import { earnings, fees, hold, receivable, SANDBOX_CLEARING, STRIPE_BALANCE } from "./accounts";
import { listStatement } from "./list-statement";
import {
  creditDeposit,
  InsufficientFunds,
  lockRefundableLots,
  openHold,
  postSegment,
  postTransfer,
  readBalance,
  splitPrice,
  TransferMismatch,
  voidHold,
} from "./index";

let database: Database;
let url = "";
let closeDatabase: () => Promise<void>;
beforeAll(async () => {
  ({ url, close: closeDatabase } = await createTestDatabase());
  database = openDatabase(url, 20);
});
afterAll(async () => {
  await database.close();
  await closeDatabase();
});

const inTx = <T>(work: (tx: Tx) => Promise<T>): Promise<T> => database.transaction(work);
const organisation = (): string => `org_${randomUUID()}`;
const as = (organisationId: string): Context => ({
  actor: { kind: "member", userId: "usr_test", organisationId, role: "owner" },
  database,
  clock: { now: () => new Date() },
  blobs: undefined as never,
  requestId: "test",
});
const deposit = (organisationId: string, depositId: string, amount: bigint): Promise<void> =>
  inTx((tx) => creditDeposit(tx, { depositId, organisationId, amount: micros(amount), clearing: SANDBOX_CLEARING }));
async function sql(text: string): Promise<pg.QueryResult> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await client.query(text);
  } finally {
    await client.end();
  }
}

describe("the database itself", () => {
  const posting = "SELECT set_config('trainyard.posting', 'yes', false);";
  it.each([
    ["an entry by hand", `INSERT INTO ledger_entry ("transferId", "accountId", "amountMicros") VALUES (1, 'x', 1)`],
    [
      "a transfer by hand",
      `INSERT INTO ledger_transfer ("idempotencyKey", kind, reference, fingerprint) VALUES ('k', 'k', 'r', 'f')`,
    ],
    ["a balance by hand", `UPDATE ledger_account SET "balanceMicros" = 1`],
    ["a changed entry", `UPDATE ledger_entry SET "amountMicros" = 1`],
    ["a deleted entry", `DELETE FROM ledger_entry`],
    ["a truncated book", `TRUNCATE ledger_entry`],
    ["truncated accounts", `TRUNCATE ledger_account CASCADE`],
    ["a changed transfer", `UPDATE ledger_transfer SET kind = 'x'`],
    ["a deleted account", `DELETE FROM ledger_account`],
    [
      "a new account with money",
      `INSERT INTO ledger_account (id, kind, asset, "balanceMicros") VALUES ('rich', 'x', 'USD', 5)`,
    ],
    [
      "legs that do not sum to zero",
      `SELECT * FROM post_transfer('u1', 'k', 'r', ARRAY['a1','a2'], ARRAY[-5, 6]::bigint[])`,
    ],
    ["one leg", `SELECT * FROM post_transfer('u2', 'k', 'r', ARRAY['a1'], ARRAY[5]::bigint[])`],
    ["an account twice", `SELECT * FROM post_transfer('u3', 'k', 'r', ARRAY['a1','a1'], ARRAY[5,-5]::bigint[])`],
    ["accounts out of order", `SELECT * FROM post_transfer('u4', 'k', 'r', ARRAY['a2','a1'], ARRAY[5,-5]::bigint[])`],
    ["an unknown account", `SELECT * FROM post_transfer('u5', 'k', 'r', ARRAY['a1','nobody'], ARRAY[-5,5]::bigint[])`],
    ["a zero leg", `SELECT * FROM post_transfer('u6', 'k', 'r', ARRAY['a1','a2'], ARRAY[0,0]::bigint[])`],
    [
      "two assets in one sum",
      `SELECT * FROM post_transfer('u7', 'k', 'r', ARRAY['a1','c1@USDC'], ARRAY[-5,5]::bigint[])`,
    ],
    ["less than nothing", `SELECT * FROM post_transfer('u8', 'k', 'r', ARRAY['a2','a3'], ARRAY[-5,5]::bigint[])`],
    [
      "a transfer without entries",
      `BEGIN; ${posting} INSERT INTO ledger_transfer ("idempotencyKey", kind, reference, fingerprint) VALUES ('e', 'k', 'r', 'f'); COMMIT`,
    ],
    [
      "entries added to an old transfer",
      `BEGIN; ${posting} INSERT INTO ledger_entry ("transferId", "accountId", "amountMicros") SELECT min(id), 'a2', 5 FROM ledger_transfer UNION ALL SELECT min(id), 'a3', -5 FROM ledger_transfer; COMMIT`,
    ],
    [
      "entries of no transfer",
      `BEGIN; ${posting} INSERT INTO ledger_entry ("transferId", "accountId", "amountMicros") VALUES (999999, 'a2', 5), (999999, 'a3', -5); COMMIT`,
    ],
  ])("refuses %s and keeps the books as they were", async (_what, statement) => {
    await sql(`INSERT INTO ledger_account (id, kind, asset, "allowNegative") VALUES ('a1', 'x', 'USD', true), ('a2', 'x', 'USD', false),
      ('a3', 'x', 'USD', false), ('c1@USDC', 'x', 'USDC', true) ON CONFLICT DO NOTHING`);
    await sql(`SELECT * FROM post_transfer('seed', 'k', 'r', ARRAY['a1','a3'], ARRAY[-5,5]::bigint[])`);
    const count = `SELECT (SELECT count(*) FROM ledger_entry) AS e, (SELECT count(*) FROM ledger_transfer) AS t, (SELECT sum("balanceMicros") FROM ledger_account) AS b`;
    const before = (await sql(count)).rows;
    await expect(sql(statement)).rejects.toThrow();
    expect((await sql(count)).rows).toEqual(before);
  });
});

describe("funding lots", () => {
  it("are spent oldest first and get back youngest first", async () => {
    const org = organisation();
    for (const [id, amount] of [
      ["dep_1", 10n],
      ["dep_2", 20n],
      ["dep_3", 30n],
    ] as const)
      await deposit(org, `${id}${org}`, amount);
    const jobId = `job_${org}`;
    await inTx((tx) => openHold(tx, { jobId, organisationId: org, amount: micros(45n) }));
    await inTx((tx) =>
      postSegment(tx, { segmentId: `seg_${org}`, jobId, providerId: org, price: micros(12n), asset: "USD" }),
    );
    expect(await inTx((tx) => voidHold(tx, { jobId, organisationId: org }))).toBe(33n);
    const lots = await inTx((tx) => lockRefundableLots(tx, org));
    expect(lots.map(({ amount }) => amount)).toEqual([30n, 18n]);
    expect(await inTx((tx) => voidHold(tx, { jobId, organisationId: org }))).toBe(0n);
  });

  it("are one balance on the statement, whose running total ends at the balance", async () => {
    const org = organisation();
    await deposit(org, `dep_a${org}`, 10n);
    await deposit(org, `dep_b${org}`, 20n);
    await inTx((tx) => openHold(tx, { jobId: `job_${org}`, organisationId: org, amount: micros(15n) }));
    const lines = await listStatement(as(org), { accountKind: "available" });
    expect(lines.map(({ amountMicros, balanceAfterMicros }) => [amountMicros, balanceAfterMicros])).toEqual([
      [-15n, 15n],
      [20n, 30n],
      [10n, 10n],
    ]);
    const older = await listStatement(as(org), { accountKind: "available", beforeId: lines[0]?.id });
    expect(older).toEqual(lines.slice(1));
  });

  it("never hold twice, even when sixteen ask at once", async () => {
    const org = organisation();
    await deposit(org, `dep_${org}`, 100n);
    const asks = Array.from({ length: 16 }, (_, i) =>
      inTx((tx) => openHold(tx, { jobId: `job_${i}${org}`, organisationId: org, amount: micros(30n) })),
    );
    const results = await Promise.allSettled(asks);
    const refused = results.filter((r): r is PromiseRejectedResult => r.status === "rejected");
    expect(refused).toHaveLength(13);
    expect(refused.every(({ reason }) => reason instanceof InsufficientFunds)).toBe(true);
    expect(await readBalance(as(org))).toMatchObject({ availableMicros: 10n, heldMicros: 90n });
  });
});

describe("a repeated key", () => {
  it("changes nothing with the same legs and is refused with others, also from sixteen sides at once", async () => {
    const org = organisation();
    await Promise.all(Array.from({ length: 16 }, () => deposit(org, `dep_${org}`, 7n)));
    expect(await readBalance(as(org))).toMatchObject({ availableMicros: 7n });
    await expect(deposit(org, `dep_${org}`, 8n)).rejects.toBeInstanceOf(TransferMismatch);
  });
});

describe("a transfer between assets", () => {
  it("balances in each of them or not at all", async () => {
    const org = organisation();
    const legs = (usd: bigint, usdc: bigint) => [
      { account: earnings(org, "USD"), amount: usd },
      { account: STRIPE_BALANCE, amount: -usd },
      { account: earnings(org, "USDC"), amount: usdc },
      { account: receivable(org, "none"), amount: -usdc },
    ];
    const post = (key: string, usd: bigint, usdc: bigint) =>
      inTx((tx) =>
        postTransfer(tx, { idempotencyKey: key + org, kind: "test", reference: org, legs: legs(usd, usdc) }),
      );
    await expect(post("a", 5n, 5n)).rejects.toThrow(/sum to zero/);
    await post("b", 5n, 0n);
    expect(hold("j", null, "USDC").id).toBe("hold:j@USDC");
    expect(fees("USDC").id).not.toBe(fees("USD").id);
  });
});

describe("the split of a price", () => {
  it("gives provider and platform together the price, whatever it is", () => {
    fc.assert(
      fc.property(fc.bigInt(0n, 10n ** 18n), (price) => {
        const { provider, fee } = splitPrice(price as Micros);
        return provider + fee === price && fee * 10_000n <= price * 1_500n && provider >= 0n;
      }),
    );
  });
});
