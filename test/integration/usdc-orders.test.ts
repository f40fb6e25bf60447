import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { concat, encodeAbiParameters, encodeFunctionData, toHex, type Hex } from "viem";
import { sqlOf } from "@/kernel/db/client";
import { linkWallet, prepareDeposit, readFunding, runChain, startLink, submitAuthorization } from "@/modules/escrow";
import { termsOf } from "@/modules/escrow/chain/terms";
import { lockJob } from "@/modules/jobs";
import { readBalance } from "@/modules/ledger";
import { putBackOnMarket } from "@/modules/settlement/void-chain";
import { ChainYard } from "../support/chain-yard";
import { signTyped, UsdcBuyer } from "../support/usdc-buyer";
import { compileWallet } from "../support/wallet-1271";

const USDC = 1_000_000n;
let yard: ChainYard;
let buyer: UsdcBuyer;
beforeAll(async () => {
  yard = await ChainYard.open({ policy: { releaseAboveMicros: 5n * USDC, deadlineAlarmMs: 60_000 } });
  buyer = await UsdcBuyer.open(yard);
});
afterAll(() => yard.close());

describe("an order", () => {
  test("is paid by one signature; its vouchers are released in batches; its rest goes back to the payer", async () => {
    const jobId = await yard.waitingJob(20n * USDC);
    const prepared = await prepareDeposit(yard.as("buyer"), yard.chain, { jobId, address: yard.address("buyer") });
    expect(await buyer.stage(jobId)).toBe("unpaid");
    const signature = await buyer.sign(prepared.typedData);
    await submitAuthorization(yard.as("buyer"), yard.chain, { escrowOrderId: prepared.escrowOrderId, signature });
    await submitAuthorization(yard.as("buyer"), yard.chain, { escrowOrderId: prepared.escrowOrderId, signature });
    expect(await buyer.stage(jobId)).toBe("signed");
    await runChain(yard.asTask(), yard.chain);
    await yard.watch();
    expect(await buyer.stage(jobId)).toBe("seen");
    await yard.mine(1);
    await yard.watch();
    expect(await buyer.stage(jobId)).toBe("safe");
    await yard.mine(3);
    await yard.watch();
    expect(await buyer.stage(jobId)).toBe("credited");
    expect(await yard.transactions(prepared.escrowOrderId)).toHaveLength(1);

    await yard.paySegment(jobId, 0, 2n * USDC);
    await yard.run(1);
    expect((await yard.onChain(prepared.orderId as Hex)).released).toBe(0n);
    await yard.paySegment(jobId, 1, 4n * USDC);
    await yard.run(2);
    expect((await yard.onChain(prepared.orderId as Hex)).released).toBe(6n * USDC);
    await yard.paySegment(jobId, 2, 1n * USDC);
    await yard.endOrder(jobId);
    expect(await yard.held(jobId)).toBe(0n);
    await yard.run(5);
    expect(await yard.onChain(prepared.orderId as Hex)).toEqual({
      amount: 20n * USDC,
      released: 7n * USDC,
      refunded: 13n * USDC,
    });
    expect(await readFunding(yard.as("buyer"), yard.chain, { jobId })).toMatchObject({ state: "closed" });
    expect(await yard.claimable(yard.address("buyer"))).toBe(13n * USDC);
    expect((await readBalance(yard.as("buyer"))).usdc).toMatchObject({ heldMicros: 0n, refundingMicros: 0n });
    expect(await yard.differences()).toEqual([]);
    expect(await yard.booksAreRight()).toBe(true);
  });

  test("C5: an authorization that expired or was used before is refused without harm, and the job can be paid again", async () => {
    const jobId = await yard.waitingJob(5n * USDC);
    const { escrowOrderId } = await buyer.pay(jobId);
    // The wallet brings its own deposit before the relay does: the nonce is used.
    const row = await sqlOf(yard.database.reader).escrowOrder.findUniqueOrThrow({ where: { id: escrowOrderId } });
    const terms = termsOf(row.terms);
    await yard.escrow("stranger", "depositWithAuthorization", [terms, 0n, BigInt(terms.openUntil), row.signature]);
    await yard.run(2);
    expect(await yard.transactions(escrowOrderId)).toMatchObject([{ state: "refused", nonce: null }]);
    expect(await yard.held(jobId)).toBe(5n * USDC);

    const late = await yard.waitingJob(5n * USDC);
    const old = await buyer.pay(late);
    await yard.anvil.rpc("evm_snapshot");
    const snapshot = await yard.anvil.rpc("evm_snapshot");
    await yard.anvil.rpc("evm_increaseTime", yard.chain.policy.fundingSeconds + 10);
    await yard.mine(1);
    await runChain(yard.asTask(), yard.chain);
    expect(await yard.transactions(old.escrowOrderId)).toMatchObject([{ state: "refused" }]);
    expect(await readFunding(yard.as("buyer"), yard.chain, { jobId: late })).toMatchObject({
      stage: "unpaid",
      failure: expect.stringMatching(/passed|too old/) as string,
    });
    await yard.anvil.rpc("evm_revert", snapshot);
    await buyer.pay(late);
    await yard.run(2);
    expect(await yard.held(late)).toBe(5n * USDC);
  });

  test("C12: a contract wallet links, signs and pays; one that is not on chain yet may link and is told what to do", async () => {
    const wallet = compileWallet("Wallet1271");
    const address = await yard.deploy(wallet.abi, wallet.bytecode, [yard.address("stranger")]);
    const owner = yard.account("stranger");
    await yard.mint(address, 50n * USDC);
    const context = yard.as("buyer");
    const { challengeId, message } = await startLink(context, yard.chain, { address });
    await linkWallet(context, yard.chain, { challengeId, signature: await owner.signMessage({ message }) });
    const jobId = await yard.waitingJob(7n * USDC);
    const prepared = await prepareDeposit(context, yard.chain, { jobId, address });
    const signature = await signTyped(owner, prepared.typedData);
    await expect(
      submitAuthorization(context, yard.chain, {
        escrowOrderId: prepared.escrowOrderId,
        signature: await buyer.sign(prepared.typedData),
      }),
    ).rejects.toMatchObject({ code: "escrow/signature-refused" });
    await submitAuthorization(context, yard.chain, { escrowOrderId: prepared.escrowOrderId, signature });
    await yard.run(2);
    expect(await yard.held(jobId)).toBe(7n * USDC);

    const factory = compileWallet("WalletFactory");
    const factoryAddress = await yard.deploy(factory.abi, factory.bytecode);
    const unborn = (await yard.client.readContract({
      address: factoryAddress,
      abi: factory.abi,
      functionName: "addressOf",
      args: [owner.address],
    })) as Hex;
    const make = encodeFunctionData({ abi: factory.abi, functionName: "make", args: [owner.address] });
    const wrap = (inner: Hex): Hex =>
      concat([
        encodeAbiParameters([{ type: "address" }, { type: "bytes" }, { type: "bytes" }], [factoryAddress, make, inner]),
        "0x6492649264926492649264926492649264926492649264926492649264926492",
      ]);
    const link = await startLink(context, yard.chain, { address: unborn });
    await linkWallet(context, yard.chain, {
      challengeId: link.challengeId,
      signature: wrap(await owner.signMessage({ message: link.message })),
    });
    const second = await yard.waitingJob(7n * USDC);
    const other = await prepareDeposit(context, yard.chain, { jobId: second, address: unborn });
    await expect(
      submitAuthorization(context, yard.chain, {
        escrowOrderId: other.escrowOrderId,
        signature: wrap(toHex(1n, { size: 65 })),
      }),
    ).rejects.toThrow(/not on chain yet/);
  });

  test("a top-up is held beside the limit and goes back in the end, and the job never costs more than its limit", async () => {
    const { jobId, terms } = await yard.order(10n * USDC);
    await yard.escrow("buyer", "deposit", [terms]);
    await yard.escrow("buyer", "topUp", [terms, 3n * USDC]);
    await yard.settle();
    expect(await yard.held(jobId)).toBe(13n * USDC);
    await yard.work();
    const onMarket = () => sqlOf(yard.database.reader).order.findUniqueOrThrow({ where: { jobId } });
    expect(await onMarket()).toMatchObject({ state: "open", limitMicros: 10n * USDC });
    const putBack = (remainingSegments: number) =>
      yard.database.transaction(async (tx) => {
        const job = await lockJob(tx, jobId);
        if (job === null) throw new Error("the job was just started");
        await putBackOnMarket(tx, job, { reason: "The machine went offline.", machineName: "n1", remainingSegments });
      });
    await yard.paySegment(jobId, 0, 2n * USDC);
    await putBack(3);
    expect(await yard.held(jobId)).toBe(11n * USDC);
    expect(await onMarket()).toMatchObject({ limitMicros: 8n * USDC });
    await yard.paySegment(jobId, 1, 8n * USDC);
    await putBack(2);
    expect(await onMarket()).toMatchObject({ limitMicros: 0n });
    await yard.endOrder(jobId);
    expect((await readBalance(yard.as("buyer"))).usdc.refundingMicros).toBe(3n * USDC);
    await yard.run(5);
    expect(await yard.differences()).toEqual([]);
    expect(await yard.booksAreRight()).toBe(true);
  });

  test("C14: a payer who is listed after signing pays into quarantine, and nothing goes back by itself", async () => {
    const listed = yard.railWith({ screeningList: `${yard.address("buyer")},block` });
    const jobId = await yard.waitingJob(11n * USDC);
    const { orderId } = await buyer.pay(jobId);
    await runChain(yard.asTask(), yard.chain);
    await yard.mine(4);
    await yard.watch(listed);
    expect(await yard.held(jobId)).toBe(0n);
    expect(await buyer.stage(jobId)).toBe("quarantined");
    expect(await yard.incidents("quarantined-deposit")).toMatchObject([{ amountMicros: 11n * USDC }]);
    await yard.run(3, listed);
    expect(await yard.onChain(orderId as Hex)).toEqual({ amount: 11n * USDC, released: 0n, refunded: 0n });
    expect(await yard.differences()).toEqual([]);
    await expect(
      prepareDeposit(yard.as("buyer"), listed, { jobId, address: yard.address("buyer") }),
    ).rejects.toMatchObject({
      code: "escrow/address-blocked",
    });
  });
});
