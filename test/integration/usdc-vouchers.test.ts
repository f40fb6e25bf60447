import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { toHex, type Hex } from "viem";
import { sqlOf } from "@/kernel/db/client";
import { prepareDeposit, runChain, submitAuthorization } from "@/modules/escrow";
import { termsOf, voucherData } from "@/modules/escrow/chain/terms";
import { ChainYard } from "../support/chain-yard";
import { UsdcBuyer } from "../support/usdc-buyer";

const USDC = 1_000_000n;
let yard: ChainYard;
let buyer: UsdcBuyer;
beforeAll(async () => {
  yard = await ChainYard.open({ policy: { releaseAboveMicros: 5n * USDC, deadlineAlarmMs: 60_000 } });
  buyer = await UsdcBuyer.open(yard);
});
afterAll(() => yard.close());

describe("vouchers", () => {
  const sign = (
    name: "verifier" | "stranger",
    orderId: Hex,
    cumAmount: bigint,
    changes: { chainId?: number; escrow?: Hex } = {},
  ) =>
    yard.account(name).signTypedData(
      voucherData(changes.chainId ?? 31_337, changes.escrow ?? yard.contracts.escrow, {
        orderId,
        cumAmount,
        segIndex: 0,
        evidenceRoot: toHex(1n, { size: 32 }),
      }),
    );
  const release = async (terms: unknown, cumAmount: bigint, signature: Hex): Promise<boolean> => {
    const hash = await yard.escrow("stranger", "release", [terms, cumAmount, 0, toHex(1n, { size: 32 }), signature]);
    return (await yard.client.waitForTransactionReceipt({ hash })).status === "success";
  };

  test("C11: a thief of the verifier's key gets no more than the rate allows, and nothing after a freeze", async () => {
    const rail = yard.railWith({ policy: { ...yard.chain.policy, burstBps: 1_000, rampSeconds: 36_000 } });
    const jobId = await yard.waitingJob(100n * USDC);
    const prepared = await prepareDeposit(yard.as("buyer"), rail, { jobId, address: yard.address("buyer") });
    await submitAuthorization(yard.as("buyer"), rail, {
      escrowOrderId: prepared.escrowOrderId,
      signature: await buyer.sign(prepared.typedData),
    });
    await yard.run(2);
    const row = await sqlOf(yard.database.reader).escrowOrder.findUniqueOrThrow({
      where: { id: prepared.escrowOrderId },
    });
    const terms = termsOf(row.terms);
    const orderId = prepared.orderId as Hex;
    expect(await release(terms, 100n * USDC, await sign("verifier", orderId, 100n * USDC))).toBe(false);
    expect(await release(terms, 10n * USDC, await sign("verifier", orderId, 10n * USDC))).toBe(true);
    await yard.escrow("buyer", "freeze", [terms]);
    await yard.pass(3_600);
    expect(await release(terms, 19n * USDC, await sign("verifier", orderId, 19n * USDC))).toBe(false);
    await yard.run(2);
    expect((await yard.onChain(orderId)).released).toBe(10n * USDC);
    expect(await yard.incidents("frozen-order")).toHaveLength(1);
    // What was taken went to the treasury, where it belongs to the payer: the theft moves nothing out of reach.
    expect(await yard.booksAreRight()).toBe(true);
  });

  test("C13: whatever the prices of segments, ledger and contract agree on fee and sum to the micro", async () => {
    const { jobId, orderId } = await buyer.funded(1_000_003n);
    const prices = [1n, 7n, 333_333n, 1n, 99_999n, 13n, 6n, 1n, 250_001n, 3n];
    let paid = 0n;
    for (const [index, price] of prices.entries()) {
      await yard.paySegment(jobId, index, price);
      paid += price;
    }
    await yard.endOrder(jobId);
    await yard.run(5);
    expect(await yard.onChain(orderId)).toEqual({ amount: 1_000_003n, released: paid, refunded: 1_000_003n - paid });
    const onChain = await sqlOf(yard.database.reader).chainLog.findMany({ where: { orderId, event: "Released" } });
    const chainFee = onChain.reduce((sum, log) => sum + BigInt((log.data as { fee: string }).fee), 0n);
    const rows = await sqlOf(yard.database.reader).$queryRaw<{ fee: bigint }[]>`
      SELECT sum(e."amountMicros")::bigint AS fee FROM ledger_entry e JOIN ledger_transfer t ON t.id = e."transferId"
      WHERE e."accountId" = 'platform:fees@USDC' AND t.reference = ${jobId}`;
    expect(rows[0]?.fee).toBe(chainFee);
    expect(chainFee).toBe((paid * 1_500n) / 10_000n);
    expect(await yard.booksAreRight()).toBe(true);
  });

  test("C15: a voucher that is repeated, lower, or of another order, chain or contract releases nothing", async () => {
    const { orderId, escrowOrderId } = await buyer.funded(30n * USDC);
    const other = await buyer.funded(30n * USDC);
    const row = await sqlOf(yard.database.reader).escrowOrder.findUniqueOrThrow({ where: { id: escrowOrderId } });
    const terms = termsOf(row.terms);
    const good = await sign("verifier", orderId, 9n * USDC);
    expect(await release(terms, 9n * USDC, good)).toBe(true);
    expect(await release(terms, 9n * USDC, good)).toBe(false);
    expect(await release(terms, 8n * USDC, await sign("verifier", orderId, 8n * USDC))).toBe(false);
    expect(await release(terms, 12n * USDC, await sign("verifier", other.orderId, 12n * USDC))).toBe(false);
    expect(await release(terms, 12n * USDC, await sign("verifier", orderId, 12n * USDC, { chainId: 1 }))).toBe(false);
    const elsewhere = { escrow: yard.address("stranger") };
    expect(await release(terms, 12n * USDC, await sign("verifier", orderId, 12n * USDC, elsewhere))).toBe(false);
    expect(await release(terms, 12n * USDC, await sign("stranger", orderId, 12n * USDC))).toBe(false);
    expect((await yard.onChain(orderId)).released).toBe(9n * USDC);
  });
});

describe("the sender", () => {
  test("C7: while gas is dear vouchers wait, the deadline is alarmed, and nothing is lost", async () => {
    const { jobId, orderId, escrowOrderId } = await buyer.funded(20n * USDC);
    await yard.paySegment(jobId, 0, 8n * USDC);
    const dear = yard.railWith({ policy: { ...yard.chain.policy, gasPriceMaxWei: 1n } });
    await yard.run(3, dear);
    expect(await yard.transactions(escrowOrderId)).toMatchObject([
      { kind: "relay-deposit" },
      { kind: "release", state: "queued", nonce: null },
    ]);
    expect((await yard.onChain(orderId)).released).toBe(0n);
    expect(await yard.incidents("deadline-near")).toEqual([]);
    const alarmed = yard.railWith({ policy: { ...dear.policy, deadlineAlarmMs: 40 * 24 * 3_600_000 } });
    await yard.run(1, alarmed);
    expect((await yard.incidents("deadline-near")).length).toBeGreaterThan(0);
    await yard.run(3);
    expect((await yard.onChain(orderId)).released).toBe(8n * USDC);
    expect((await yard.incidents("deadline-near")).filter((i) => i.reference === orderId)).toEqual([]);
  });

  test("C10: a transaction that is stuck, dropped or forked away happens once, under its nonce", async () => {
    const { jobId, orderId, escrowOrderId } = await buyer.funded(20n * USDC);
    await yard.paySegment(jobId, 0, 8n * USDC);
    await yard.anvil.rpc("evm_setAutomine", false);
    await runChain(yard.asTask(), yard.chain);
    const sent = async () => (await yard.transactions(escrowOrderId)).filter((row) => row.kind === "release");
    const [first] = await sent();
    expect(first).toMatchObject({ state: "sent" });
    const attempts = first?.attempts as { hash: string; maxFeePerGas: string }[];
    // Dropped by the node: broadcast again, the same bytes.
    await yard.anvil.rpc("anvil_dropTransaction", attempts[0]?.hash);
    await runChain(yard.asTask(), yard.chain);
    expect((await sent())[0]?.attempts).toEqual(attempts);
    // Stuck: replaced under the same nonce with a higher fee.
    yard.clock.offsetMs += 120_000;
    await runChain(yard.asTask(), yard.chain);
    const [replaced] = await sent();
    const forms = replaced?.attempts as { hash: string; maxFeePerGas: string }[];
    expect(replaced?.nonce).toBe(first?.nonce);
    expect(forms).toHaveLength(2);
    expect(BigInt(forms[1]?.maxFeePerGas ?? 0)).toBeGreaterThan(BigInt(forms[0]?.maxFeePerGas ?? 0));
    await yard.mine(1);
    await yard.anvil.rpc("evm_setAutomine", true);
    expect((await yard.onChain(orderId)).released).toBe(8n * USDC);
    // Forked away before it was final: brought back.
    await yard.anvil.rpc("anvil_reorg", 1, []);
    expect((await yard.onChain(orderId)).released).toBe(0n);
    await yard.run(3);
    expect((await yard.onChain(orderId)).released).toBe(8n * USDC);
    expect(await sent()).toMatchObject([{ state: "confirmed", nonce: first?.nonce }]);
    yard.clock.offsetMs -= 120_000;

    // Somebody else uses the key's next nonce: ours starts anew with the one after.
    await yard.paySegment(jobId, 1, 7n * USDC);
    await yard.anvil.rpc("evm_setAutomine", false);
    await runChain(yard.asTask(), yard.chain);
    const [, second] = await sent();
    for (const form of second?.attempts as { hash: string }[]) await yard.anvil.rpc("anvil_dropTransaction", form.hash);
    await yard.anvil.rpc("evm_setAutomine", true);
    await yard.send("treasury", yard.address("stranger"), "0x", { value: 1n });
    await yard.run(4);
    expect((await yard.onChain(orderId)).released).toBe(15n * USDC);
    expect(await yard.incidents("nonce-taken")).toHaveLength(1);
    expect(await yard.differences()).toEqual([]);
    expect(await yard.booksAreRight()).toBe(true);
  });
});
