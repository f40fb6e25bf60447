import { afterEach, expect, test } from "vitest";
import { encodeFunctionData, toHex, type Hex } from "viem";
import type { Context, Database, Tx } from "@/kernel";
import { watchChain } from "@/modules/escrow";
import { trainyardEscrowAbi } from "@/modules/escrow/contract/trainyard-escrow";
import { sqlOf } from "@/kernel/db/client";
import { ChainYard, type TestOrder } from "../support/chain-yard";

const USDC = 1_000_000n;
const SEED = 20_261_125;
let yard: ChainYard | null = null;
afterEach(async () => {
  await yard?.close();
  yard = null;
});

/** mulberry32: the same seed walks the same way. */
function seeded(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

class Killed extends Error {
  override name = "Killed";
}

/** A database whose program dies at random: before a transaction, within it, or right after it was committed. */
function deadly(database: Database, random: (below: number) => number, oneIn: number): Database {
  return {
    ...database,
    async transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
      const fate = random(oneIn * 3);
      if (fate === 0) throw new Killed("before");
      const result = await database.transaction(async (tx) => {
        const done = await work(tx);
        if (fate === 1) throw new Killed("within");
        return done;
      });
      if (fate === 2) throw new Killed("after");
      return result;
    },
  };
}

/** A random walk over one chain: deposits, blocks, forks that drop or move them, and a watcher that dies anywhere. */
class Walk {
  readonly waiting: TestOrder[] = [];
  readonly tried: TestOrder[] = [];
  readonly #recent: { block: number; order: TestOrder }[] = [];

  constructor(
    readonly yard: ChainYard,
    readonly random: (below: number) => number,
    readonly depthMax: number,
  ) {}

  async fork(): Promise<void> {
    const deposits = this.random(3);
    for (let i = 0; i < deposits; i++) await this.deposit();
    if (this.random(2) === 0) await this.yard.mine(1 + this.random(3));
    if (this.random(3) > 0) await this.watch();
    const depth = 1 + this.random(this.depthMax);
    const head = Number(await this.yard.client.getBlockNumber());
    const dropped = this.#recent.filter((d) => d.block > head - depth).map((d) => d.order);
    // Some of what the fork drops is in the new blocks again, anywhere; some comes later; some never.
    const again = dropped.filter(() => this.random(2) === 0);
    const calls = again.map((order) => [this.call(order), this.random(depth)]);
    await this.yard.anvil.rpc("anvil_reorg", depth, calls);
    this.#forget(head - depth);
    for (const order of again) this.#recent.push({ block: head, order });
    this.waiting.push(...dropped.filter((order) => !again.includes(order) && this.random(2) === 0));
    if (this.random(3) > 0) await this.watch();
  }

  async deposit(): Promise<void> {
    const order = this.waiting.pop();
    if (order === undefined) return;
    if (!this.tried.includes(order)) this.tried.push(order);
    await this.yard.anvil.rpc("eth_sendTransaction", this.call(order));
    this.#recent.push({ block: Number(await this.yard.client.getBlockNumber()), order });
  }

  call(order: TestOrder) {
    const data = encodeFunctionData({ abi: trainyardEscrowAbi, functionName: "deposit", args: [order.terms] });
    return { from: this.yard.address("buyer"), to: this.yard.contracts.escrow, data, gas: toHex(400_000) };
  }

  /** Runs the watcher; one run in a few dies on the way, and the next is its restart. */
  async watch(): Promise<void> {
    const ctx: Context = this.yard.asTask();
    try {
      await watchChain({ ...ctx, database: deadly(ctx.database, this.random, 8) }, this.yard.chain);
    } catch (error) {
      if (!(error instanceof Killed)) throw error;
    }
  }

  /** Lets everything become final and compares every order with the chain. Returns how many are paid. */
  async check(): Promise<number> {
    await this.yard.mine(20);
    await this.#current();
    const { client, contracts } = this.yard;
    const onChain = await Promise.all(
      this.tried.map(async ({ orderId }) => {
        const [amount] = await client.readContract({
          address: contracts.escrow,
          abi: trainyardEscrowAbi,
          functionName: "orders",
          args: [orderId],
        });
        return BigInt(amount);
      }),
    );
    const rows = await sqlOf(this.yard.database.reader).$queryRaw<
      { reference: string; credits: bigint; sum: bigint }[]
    >`
      SELECT t.reference, count(*)::bigint AS credits, sum(e."amountMicros")::bigint AS sum
      FROM ledger_transfer t JOIN ledger_entry e ON e."transferId" = t.id AND e."accountId" LIKE 'hold:%'
      WHERE t.kind = 'escrow-deposit' GROUP BY t.reference`;
    const credited = new Map(rows.map((row) => [row.reference, row]));
    this.tried.forEach((order, index) => {
      const row = credited.get(order.jobId);
      const amount = onChain[index] ?? 0n;
      expect({ job: order.jobId, credits: row?.credits ?? 0n, sum: row?.sum ?? 0n }).toEqual({
        job: order.jobId,
        credits: amount === 0n ? 0n : 1n,
        sum: amount,
      });
    });
    return onChain.filter((amount) => amount > 0n).length;
  }

  /** Watches until the head is reached: a node that answers too late makes a run wait. */
  async #current(): Promise<void> {
    let { state } = await this.yard.watch();
    for (let run = 0; state === "waiting" && run < 20; run++) ({ state } = await this.yard.watch());
    expect(state).toBe("current");
  }

  /** Blocks from which something was credited that are not the chain's. */
  async strayCredits(): Promise<string[]> {
    const logs = await sqlOf(this.yard.database.reader).chainLog.findMany({ where: { appliedAt: { not: null } } });
    const numbers = [...new Set(logs.map((log) => log.blockNumber))];
    const hashes = new Map<bigint, Hex>();
    for (const blockNumber of numbers) hashes.set(blockNumber, (await this.yard.client.getBlock({ blockNumber })).hash);
    return logs.filter((log) => hashes.get(log.blockNumber) !== log.blockHash).map((log) => log.blockHash);
  }

  #forget(above: number): void {
    const kept = this.#recent.filter((deposit) => deposit.block <= above);
    this.#recent.splice(0, this.#recent.length, ...kept);
  }
}

interface WalkOptions {
  readonly safeBelowMicros: bigint;
  readonly depthMax: number;
}

/** Walks once; again on another chain when the local chain itself has lost the contract in a fork, which it does at times. */
async function survive(forks: number, seed: number, options: WalkOptions): Promise<void> {
  for (let chain = 1; ; chain++) {
    try {
      return await walkOnce(forks, seed, options);
    } catch (error) {
      const { client, contracts } = yard ?? {};
      const code = contracts && (await client?.getCode({ address: contracts.escrow }));
      if (code !== undefined || chain === 3) throw error;
      await yard?.close();
      yard = null;
    }
  }
}

/** Forks at random, checking now and then; every deposit ends up credited exactly once, from a block of the chain. */
async function walkOnce(forks: number, seed: number, { safeBelowMicros, depthMax }: WalkOptions): Promise<void> {
  yard = await ChainYard.open({ slotsInEpoch: 4, policy: { safeBelowMicros } });
  const random = seeded(seed);
  await yard.fundBuyer(1_000_000n * USDC);
  await yard.mine(20);
  const walk = new Walk(yard, random, depthMax);
  for (let i = 0; i < forks; i++) walk.waiting.push(await yard.order(BigInt(1 + random(50)) * USDC));
  await walk.watch();
  for (let i = 1; i <= forks; i++) {
    await walk.fork();
    if (i % 25 === 0) await walk.check();
  }
  const paid = await walk.check();
  expect(await walk.strayCredits()).toEqual([]);
  expect(await yard.booksAreRight()).toBe(true);
  // The walk is worth something only if many deposits made it; how many is chance, since half of what a fork drops is lost.
  expect(paid).toBeGreaterThan(walk.tried.length / 6);
}

/** A thousand forks in walks of fifty, each on a chain of its own: the local chain forgets old states on a longer one. */
const FORKS = 50;
const WALKS = { final: 14, safe: 6 };

test.each(Array.from({ length: WALKS.final }, (_, walk) => walk))(
  "random forks up to the final block, with a watcher that dies anywhere: each deposit is credited exactly once (walk %i)",
  { timeout: 240_000 },
  async (walk) => {
    await survive(FORKS, SEED + walk, { safeBelowMicros: 0n, depthMax: 8 });
  },
);

test.each(Array.from({ length: WALKS.safe }, (_, walk) => walk))(
  "random forks up to the safe block, where small deposits count: each is credited exactly once (walk %i)",
  { timeout: 240_000 },
  async (walk) => {
    await survive(FORKS, SEED + 1_000 + walk, { safeBelowMicros: 1_000_000n * USDC, depthMax: 4 });
  },
);
