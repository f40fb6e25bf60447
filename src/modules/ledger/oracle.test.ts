import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { micros, openDatabase, type Context, type Database, type Tx } from "@/kernel";
import { createTestDatabase } from "../../../test/support/database";
import { SANDBOX_CLEARING } from "./accounts";
import {
  completeRefund,
  creditDeposit,
  InsufficientFunds,
  lockRefundableLots,
  openHold,
  openRefund,
  postSegment,
  readBalance,
  returnRefund,
  splitPrice,
  takeRefund,
  trialBalance,
  voidHold,
} from "./index";

const SEQUENCES = 10_000;
/** Sequences run beside each other, each on a connection of its own. */
const LANES = 5;

let database: Database;
let closeDatabase: () => Promise<void>;
beforeAll(async () => {
  const { url, close } = await createTestDatabase();
  closeDatabase = close;
  database = openDatabase(url, LANES + 1);
});
afterAll(async () => {
  await database.close();
  await closeDatabase();
});

describe("ten thousand random sequences against a ledger of a few lines", () => {
  /** The same rules in memory: balances by name, no database. */
  class Oracle {
    readonly lots = new Map<string, bigint>();
    readonly holds = new Map<string, { left: bigint; from: [string, bigint][] }>();
    readonly refunds = new Map<string, { lot: string; amount: bigint }>();
    earned = 0n;
    fee = 0n;
    owed = 0n;
    outside = 0n;
    stripe = 0n;
    available = (): bigint => [...this.lots.values()].reduce((sum, lot) => sum + lot, 0n);
    held = (): bigint => [...this.holds.values()].reduce((sum, { left }) => sum + left, 0n);

    take(amount: bigint): [string, bigint][] {
      const from: [string, bigint][] = [];
      let rest = amount;
      for (const [lot, has] of [...this.lots].sort(([a], [b]) => (a < b ? -1 : 1))) {
        const part = has < rest ? has : rest;
        if (part === 0n) continue;
        from.push([lot, part]);
        this.lots.set(lot, has - part);
        rest -= part;
      }
      return from;
    }

    giveBack(hold: { left: bigint; from: [string, bigint][] }): void {
      let rest = hold.left;
      for (const [lot, taken] of [...hold.from].reverse()) {
        const part = taken < rest ? taken : rest;
        this.lots.set(lot, (this.lots.get(lot) ?? 0n) + part);
        rest -= part;
      }
      hold.left = 0n;
    }
  }

  const step = fc.oneof(
    fc.record({ do: fc.constant("deposit" as const), amount: fc.bigInt(1n, 1_000_000n) }),
    fc.record({ do: fc.constant("hold" as const), share: fc.integer({ min: 1, max: 130 }) }),
    fc.record({ do: fc.constant("segment" as const), which: fc.nat(), share: fc.integer({ min: 1, max: 100 }) }),
    fc.record({ do: fc.constant("void" as const), which: fc.nat() }),
    fc.record({ do: fc.constant("refund" as const), share: fc.integer({ min: 1, max: 100 }) }),
    fc.record({ do: fc.constant("refund-ends" as const), which: fc.nat(), well: fc.boolean() }),
    fc.record({ do: fc.constant("refund-taken" as const), which: fc.nat(), amount: fc.bigInt(1n, 500_000n) }),
  );

  it("agrees after every sequence, to the micro-dollar", { timeout: 600_000 }, async () => {
    let ran = 0;
    const lane = (seed: number): Promise<void> =>
      fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 6 }), async (steps) => {
          const org = `org_${ran++}`;
          const oracle = new Oracle();
          await database.transaction(async (tx) => {
            for (const [n, one] of steps.entries()) await apply(tx, org, `${org}_${n}`, one, oracle);
            await compare(tx, org, oracle);
          });
        }),
        { numRuns: SEQUENCES / LANES, seed, endOnFailure: true },
      );
    await Promise.all(Array.from({ length: LANES }, (_, i) => lane(20_261_125 + i)));
    expect(ran).toBe(SEQUENCES);
    const { assets, differences } = await trialBalance(database.reader);
    expect(differences).toEqual([]);
    expect(assets.every(({ totalMicros }) => totalMicros === 0n)).toBe(true);
  });

  type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

  async function apply(tx: Tx, org: string, id: string, one: Step, oracle: Oracle): Promise<void> {
    const nth = <V>(map: Map<string, V>, which: number): [string, V] | undefined =>
      [...map][which % Math.max(1, map.size)];
    switch (one.do) {
      case "deposit":
        await creditDeposit(tx, {
          depositId: id,
          organisationId: org,
          amount: micros(one.amount),
          clearing: SANDBOX_CLEARING,
        });
        oracle.lots.set(id, one.amount);
        oracle.outside -= one.amount;
        break;
      case "hold": {
        const amount = (oracle.available() * BigInt(one.share)) / 100n;
        if (amount === 0n) break;
        const asked = openHold(tx, { jobId: id, organisationId: org, amount: micros(amount) });
        if (amount > oracle.available()) await expect(asked).rejects.toBeInstanceOf(InsufficientFunds);
        else {
          await asked;
          oracle.holds.set(id, { left: amount, from: oracle.take(amount) });
        }
        break;
      }
      case "segment": {
        const found = nth(oracle.holds, one.which);
        const price = ((found?.[1].left ?? 0n) * BigInt(one.share)) / 100n;
        if (found === undefined || price === 0n) break;
        await postSegment(tx, { segmentId: id, jobId: found[0], providerId: org, price: micros(price), asset: "USD" });
        const { provider, fee } = splitPrice(micros(price));
        found[1].left -= price;
        oracle.earned += provider;
        oracle.fee += fee;
        break;
      }
      case "void": {
        const found = nth(oracle.holds, one.which);
        if (found === undefined) break;
        expect(await voidHold(tx, { jobId: found[0], organisationId: org })).toBe(found[1].left);
        oracle.giveBack(found[1]);
        oracle.holds.delete(found[0]); // A job ends once.
        break;
      }
      case "refund": {
        const [lot] = await lockRefundableLots(tx, org);
        const amount = ((lot?.amount ?? 0n) * BigInt(one.share)) / 100n;
        if (lot === undefined || amount === 0n) break;
        await openRefund(tx, { refundId: id, organisationId: org, depositId: lot.depositId, amount: micros(amount) });
        oracle.refunds.set(id, { lot: lot.depositId, amount });
        oracle.lots.set(lot.depositId, (oracle.lots.get(lot.depositId) ?? 0n) - amount);
        break;
      }
      case "refund-ends": {
        const found = nth(oracle.refunds, one.which);
        if (found === undefined) break;
        const [refundId, { lot, amount }] = found;
        const posting = { refundId, organisationId: org, depositId: lot, amount: micros(amount) };
        await (one.well ? completeRefund(tx, posting) : returnRefund(tx, posting));
        if (one.well) oracle.stripe += amount;
        else oracle.lots.set(lot, (oracle.lots.get(lot) ?? 0n) + amount);
        oracle.refunds.delete(refundId);
        break;
      }
      case "refund-taken": {
        const found = nth(oracle.lots, one.which);
        if (found === undefined) break;
        const [lot, has] = found;
        await takeRefund(tx, { refundId: id, organisationId: org, depositId: lot, amount: micros(one.amount) });
        const covered = has < one.amount ? has : one.amount;
        oracle.lots.set(lot, has - covered);
        oracle.owed += one.amount - covered;
        oracle.stripe += one.amount;
        break;
      }
    }
  }

  async function compare(tx: Tx, org: string, oracle: Oracle): Promise<void> {
    const inThis: Context = {
      actor: { kind: "member", userId: "usr_test", organisationId: org, role: "owner" },
      database: { ...database, reader: tx },
      clock: { now: () => new Date() },
      blobs: undefined as never,
      requestId: "test",
    };
    expect(await readBalance(inThis)).toMatchObject({
      availableMicros: oracle.available(),
      heldMicros: oracle.held(),
      earnedMicros: oracle.earned,
      owedMicros: oracle.owed,
      refundingMicros: [...oracle.refunds.values()].reduce((sum, { amount }) => sum + amount, 0n),
    });
    const total =
      oracle.available() + oracle.held() + oracle.earned + oracle.fee - oracle.owed + oracle.outside + oracle.stripe;
    const inFlight = [...oracle.refunds.values()].reduce((sum, { amount }) => sum + amount, 0n);
    expect(total + inFlight).toBe(0n);
  }
});
