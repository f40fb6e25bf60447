import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { encodeFunctionData, toHex } from "viem";
import { sqlOf } from "@/kernel/db/client";
import { chainDifferences, listIncidents, resumeWatcher } from "@/modules/escrow";
import { testUsdcAbi, testUsdcBytecode } from "@/modules/escrow/contract/test-usdc";
import { ChainYard } from "../support/chain-yard";
import { NodeRelay } from "../support/node-relay";

const USDC = 1_000_000n;
let yard: ChainYard;
const relays: NodeRelay[] = [];
beforeAll(async () => {
  yard = await ChainYard.open({ slotsInEpoch: 4 });
  await yard.fundBuyer(1_000_000n * USDC);
  await yard.mine(10);
});
afterEach(async () => {
  for (const relay of relays.splice(0)) await relay.close();
});
afterAll(() => yard.close());

const settle = async (): Promise<void> => {
  await yard.mine(12);
  await yard.watch();
};
const relay = async (): Promise<NodeRelay> => {
  const opened = await NodeRelay.open(yard.anvil.url);
  relays.push(opened);
  return opened;
};

test("C1: a deposit that is reorganised away is never credited, and one that comes back is credited once", async () => {
  const gone = await yard.order(10n * USDC);
  const back = await yard.order(20n * USDC);
  await yard.watch();
  await yard.escrow("buyer", "deposit", [gone.terms]);
  await yard.escrow("buyer", "deposit", [back.terms]);
  expect((await yard.watch()).state).toBe("current");
  expect(await yard.held(gone.jobId)).toBe(0n);
  await yard.anvil.rpc("anvil_reorg", 2, []);
  await yard.watch();
  await yard.escrow("buyer", "deposit", [back.terms]);
  await settle();
  expect(await yard.held(gone.jobId)).toBe(0n);
  expect(await yard.held(back.jobId)).toBe(20n * USDC);
  await settle();
  expect(await yard.held(back.jobId)).toBe(20n * USDC);
  expect(await yard.booksAreRight()).toBe(true);
  expect(await listIncidents(yard.asTask())).toEqual([]);
});

test("C3: another token, ether and a plain transfer to the contract are not credited but named", async () => {
  const order = await yard.order(10n * USDC);
  const strange = await yard.deploy(testUsdcAbi, testUsdcBytecode);
  await yard.send(
    "stranger",
    strange,
    encodeFunctionData({ abi: testUsdcAbi, functionName: "mint", args: [yard.contracts.escrow, 77n] }),
  );
  await yard.mint(yard.contracts.escrow, 5n * USDC);
  await yard.send("stranger", yard.contracts.escrow, "0x", { value: 10n }).catch(() => undefined);
  await settle();
  expect(await yard.client.getBalance({ address: yard.contracts.escrow })).toBe(0n);
  expect(await yard.held(order.jobId)).toBe(0n);
  expect(await yard.incidents("unattributed-token")).toHaveLength(1);
  expect(await yard.incidents("unattributed-usdc")).toMatchObject([{ amountMicros: 5n * USDC }]);
  const stray = await yard.differences();
  expect(stray.map((row) => [row.kind, row.chainMicros - row.ledgerMicros])).toEqual([["escrow-stray", 5n * USDC]]);
  expect(await yard.booksAreRight()).toBe(true);
});

test("C4: a deposit of other terms is nobody's, a top-up is held and goes back in the end, a second deposit goes back", async () => {
  const order = await yard.order(10n * USDC);
  const less = { ...order.terms, amount: 9n * USDC };
  await yard.escrow("buyer", "deposit", [less]);
  await settle();
  expect(await yard.held(order.jobId)).toBe(0n);
  expect(await yard.incidents("unknown-order")).toMatchObject([{ amountMicros: 9n * USDC }]);
  await yard.escrow("buyer", "deposit", [order.terms]);
  await yard.escrow("buyer", "topUp", [order.terms, 3n * USDC]);
  await settle();
  expect(await yard.held(order.jobId)).toBe(13n * USDC);
  const second = await yard.orderFor(order.jobId, 10n * USDC);
  await yard.escrow("buyer", "deposit", [second.terms]);
  await settle();
  expect(await yard.held(order.jobId)).toBe(13n * USDC);
  const row = await sqlOf(yard.database.reader).escrowOrder.findUnique({ where: { id: second.id } });
  expect(row).toMatchObject({ state: "closing", depositedMicros: 10n * USDC });
  expect(await yard.booksAreRight()).toBe(true);
  const wrong = (await yard.differences()).filter(({ kind }) => kind !== "escrow-stray");
  expect(wrong).toEqual([]);
});

test("C8: a node that is down, behind or lying never makes money appear, and the watcher lives on", async () => {
  const [honest, other] = [await relay(), await relay()];
  const rail = yard.railWith({ rpcUrls: [honest.url, other.url] });
  const order = await yard.order(30n * USDC);
  await yard.escrow("buyer", "deposit", [order.terms]);
  await yard.mine(12);
  // All nodes down, then one: nobody vouches.
  honest.isDown = other.isDown = true;
  expect((await yard.watch(rail)).state).toBe("waiting");
  honest.isDown = false;
  expect((await yard.watch(rail)).state).toBe("waiting");
  expect(await yard.held(order.jobId)).toBe(0n);
  expect(await yard.incidents("node-unreachable")).toHaveLength(1);
  other.isDown = false;
  // One node calls nothing final yet.
  other.meddle = ({ method, params }, answer) =>
    method === "eth_getBlockByNumber" && params[0] === "finalized"
      ? { ...answer, result: { ...(answer.result as object), number: "0x1" } }
      : null;
  expect((await yard.watch(rail)).state).toBe("waiting");
  expect(await yard.held(order.jobId)).toBe(0n);
  expect(await yard.incidents("finality-went-back")).toHaveLength(1);
  // One node tells of another history.
  const lie = toHex(7n, { size: 32 });
  other.meddle = ({ method, params }, answer) =>
    method === "eth_getBlockByNumber" && !["latest", "safe", "finalized"].includes(String(params[0]))
      ? { ...answer, result: { ...(answer.result as object), hash: lie } }
      : null;
  expect((await yard.watch(rail)).state).toBe("waiting");
  expect(await yard.held(order.jobId)).toBe(0n);
  expect(await yard.incidents("deep-fork")).toEqual([]);
  // Both answer everything but the one question that counts.
  honest.meddle = other.meddle = ({ method }, { id }) =>
    method === "eth_getLogs" ? { id, error: { code: -32_000, message: "busy" } } : null;
  await yard.mine(1);
  expect((await yard.watch(rail)).state).toBe("waiting");
  expect(await yard.held(order.jobId)).toBe(0n);
  honest.meddle = other.meddle = null;
  await yard.mine(1);
  expect((await yard.watch(rail)).state).toBe("current");
  expect(await yard.held(order.jobId)).toBe(30n * USDC);
  for (const kind of ["node-unreachable", "finality-went-back", "nodes-disagree"])
    expect(await yard.incidents(kind)).toEqual([]);
});

test(
  "C9: a watcher that comes back after 2,500 blocks finds everything between, in ranges that its node accepts",
  { timeout: 240_000 },
  async () => {
    const node = await relay();
    const rail = yard.railWith({ rpcUrls: [node.url], policy: { ...yard.chain.policy, logRange: 500n } });
    const order = await yard.order(40n * USDC);
    await yard.mine(1_200);
    await yard.escrow("buyer", "deposit", [order.terms]);
    await yard.mine(1_300);
    // The node refuses long ranges, as rented ones do.
    node.meddle = ({ method, params }, { id }) => {
      if (method !== "eth_getLogs") return null;
      const { fromBlock, toBlock } = params[0] as { fromBlock: string; toBlock: string };
      return Number(toBlock) - Number(fromBlock) > 300
        ? { id, error: { code: -32_005, message: "range is too large" } }
        : null;
    };
    expect(await yard.watch(rail)).toMatchObject({ state: "current" });
    expect(await yard.held(order.jobId)).toBe(40n * USDC);
    expect(node.asked.length).toBeLessThan(120);
  },
);

test("C2: a fork below what was settled halts the watcher, names the halt, and a person can resume it", async () => {
  const order = await yard.order(50n * USDC);
  await yard.escrow("buyer", "deposit", [order.terms]);
  await settle();
  expect(await yard.held(order.jobId)).toBe(50n * USDC);
  await yard.anvil.rpc("anvil_reorg", 30, []);
  expect((await yard.watch()).state).toBe("halted");
  const [named] = await yard.incidents("deep-fork");
  expect(named?.detail).toContain("settled");
  expect(await chainDifferences(yard.asTask(), yard.chain)).toContainEqual(
    expect.objectContaining({ kind: "deep-fork", reference: yard.chain.id }),
  );
  // Halted means halted: nothing is read or credited, however often it runs.
  const other = await yard.order(60n * USDC);
  await yard.escrow("buyer", "deposit", [other.terms]);
  await yard.mine(12);
  expect(await yard.watch()).toMatchObject({ state: "halted", applied: 0 });
  expect(await yard.held(other.jobId)).toBe(0n);
  const head = await yard.client.getBlock({ blockNumber: (await yard.client.getBlockNumber()) - 40n });
  await resumeWatcher(yard.asTask(), yard.chain, { blockNumber: head.number, blockHash: head.hash });
  expect(await yard.watch()).toMatchObject({ state: "current" });
  expect(await yard.incidents("deep-fork")).toEqual([]);
  // The local chain loses the contract itself in so deep a fork: that it cannot be read is a named difference.
  const kinds = (await chainDifferences(yard.asTask(), yard.chain)).map(({ kind }) => kind);
  expect(kinds.some((kind) => kind === "chain-unreadable" || kind === "escrow-orders")).toBe(true);
});
