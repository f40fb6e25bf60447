import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { concat, encodeAbiParameters, encodeFunctionData, toHex, type Hex, type TypedDataDefinition } from "viem";
import { sqlOf } from "@/kernel/db/client";
import {
  chainDifferences,
  linkWallet,
  listWallets,
  listIncidents,
  listWithdrawals,
  prepareDeposit,
  readFunding,
  requestWithdrawal,
  runChain,
  setPayoutWallet,
  startLink,
  submitAuthorization,
  unlinkWallet,
} from "@/modules/escrow";
import { termsOf, voucherData } from "@/modules/escrow/chain/terms";
import { lockJob } from "@/modules/jobs";
import { heldForJob, readBalance } from "@/modules/ledger";
import { putBackOnMarket } from "@/modules/settlement/void-chain";
import { ChainYard } from "../support/chain-yard";
import { compileWallet } from "../support/wallet-1271";

const USDC = 1_000_000n;
let yard: ChainYard;
beforeAll(async () => {
  yard = await ChainYard.open({ policy: { releaseAboveMicros: 5n * USDC, deadlineAlarmMs: 60_000 } });
  await yard.fundBuyer(1_000_000n * USDC);
  await yard.link(yard.as("buyer"), yard.account("buyer"));
  await yard.mine(4);
});
afterAll(() => yard.close());

const held = (jobId: string): Promise<bigint> => heldForJob(yard.database.reader, jobId, "USDC");
const incidents = async (kind: string) =>
  (await listIncidents(yard.asTask())).filter((incident) => incident.kind === kind);
const differences = async () => (await chainDifferences(yard.asTask(), yard.chain)).filter((row) => row.since === null);
const transactions = (reference: string) =>
  sqlOf(yard.database.reader).chainTransaction.findMany({ where: { reference }, orderBy: { createdAt: "asc" } });

/** What a browser wallet does with typed data: it signs the JSON it is given. */
async function signTyped(json: string): Promise<Hex> {
  const { types, ...rest } = JSON.parse(json) as { types: Record<string, unknown> };
  const { EIP712Domain: _, ...others } = types;
  return yard.account("buyer").signTypedData({ ...rest, types: others } as unknown as TypedDataDefinition);
}

async function pay(jobId: string): Promise<{ escrowOrderId: string; orderId: string }> {
  const prepared = await prepareDeposit(yard.as("buyer"), yard.chain, { jobId, address: yard.address("buyer") });
  const signature = await signTyped(prepared.typedData);
  await submitAuthorization(yard.as("buyer"), yard.chain, { escrowOrderId: prepared.escrowOrderId, signature });
  return prepared;
}

async function stage(jobId: string): Promise<string> {
  return (await readFunding(yard.as("buyer"), yard.chain, { jobId })).stage;
}

/** A job that is paid and final. */
async function funded(amountMicros: bigint): Promise<{ jobId: string; escrowOrderId: string; orderId: Hex }> {
  const jobId = await yard.waitingJob(amountMicros);
  const { escrowOrderId, orderId } = await pay(jobId);
  await yard.run(1);
  expect(await held(jobId)).toBe(amountMicros);
  return { jobId, escrowOrderId, orderId: orderId as Hex };
}

describe("an order", () => {
  test("is paid by one signature; its vouchers are released in batches; its rest goes back to the payer", async () => {
    const jobId = await yard.waitingJob(20n * USDC);
    const prepared = await prepareDeposit(yard.as("buyer"), yard.chain, { jobId, address: yard.address("buyer") });
    expect(await stage(jobId)).toBe("unpaid");
    const signature = await signTyped(prepared.typedData);
    await submitAuthorization(yard.as("buyer"), yard.chain, { escrowOrderId: prepared.escrowOrderId, signature });
    await submitAuthorization(yard.as("buyer"), yard.chain, { escrowOrderId: prepared.escrowOrderId, signature });
    expect(await stage(jobId)).toBe("signed");
    await runChain(yard.asTask(), yard.chain);
    await yard.watch();
    expect(await stage(jobId)).toBe("seen");
    await yard.mine(1);
    await yard.watch();
    expect(await stage(jobId)).toBe("safe");
    await yard.mine(3);
    await yard.watch();
    expect(await stage(jobId)).toBe("credited");
    expect(await transactions(prepared.escrowOrderId)).toHaveLength(1);

    await yard.paySegment(jobId, 0, 2n * USDC);
    await yard.run(1);
    expect((await yard.onChain(prepared.orderId as Hex)).released).toBe(0n);
    await yard.paySegment(jobId, 1, 4n * USDC);
    await yard.run(2);
    expect((await yard.onChain(prepared.orderId as Hex)).released).toBe(6n * USDC);
    await yard.paySegment(jobId, 2, 1n * USDC);
    await yard.endOrder(jobId);
    expect(await held(jobId)).toBe(0n);
    await yard.run(5);
    expect(await yard.onChain(prepared.orderId as Hex)).toEqual({
      amount: 20n * USDC,
      released: 7n * USDC,
      refunded: 13n * USDC,
    });
    expect(await readFunding(yard.as("buyer"), yard.chain, { jobId })).toMatchObject({ state: "closed" });
    expect(await yard.claimable(yard.address("buyer"))).toBe(13n * USDC);
    expect((await readBalance(yard.as("buyer"))).usdc).toMatchObject({ heldMicros: 0n, refundingMicros: 0n });
    expect(await differences()).toEqual([]);
    expect(await yard.booksAreRight()).toBe(true);
  });

  test("C5: an authorization that expired or was used before is refused without harm, and the job can be paid again", async () => {
    const jobId = await yard.waitingJob(5n * USDC);
    const { escrowOrderId } = await pay(jobId);
    // The wallet brings its own deposit before the relay does: the nonce is used.
    const row = await sqlOf(yard.database.reader).escrowOrder.findUniqueOrThrow({ where: { id: escrowOrderId } });
    const terms = termsOf(row.terms);
    await yard.escrow("stranger", "depositWithAuthorization", [terms, 0n, BigInt(terms.openUntil), row.signature]);
    await yard.run(2);
    expect(await transactions(escrowOrderId)).toMatchObject([{ state: "refused", nonce: null }]);
    expect(await held(jobId)).toBe(5n * USDC);

    const late = await yard.waitingJob(5n * USDC);
    const old = await pay(late);
    await yard.anvil.rpc("evm_snapshot");
    const snapshot = await yard.anvil.rpc("evm_snapshot");
    await yard.anvil.rpc("evm_increaseTime", yard.chain.policy.fundingSeconds + 10);
    await yard.mine(1);
    await runChain(yard.asTask(), yard.chain);
    expect(await transactions(old.escrowOrderId)).toMatchObject([{ state: "refused" }]);
    expect(await readFunding(yard.as("buyer"), yard.chain, { jobId: late })).toMatchObject({
      stage: "unpaid",
      failure: expect.stringMatching(/passed|too old/) as string,
    });
    await yard.anvil.rpc("evm_revert", snapshot);
    await pay(late);
    await yard.run(2);
    expect(await held(late)).toBe(5n * USDC);
  });

  test("C12: a contract wallet links, signs and pays; one that is not on chain yet may link and is told what to do", async () => {
    const wallet = compileWallet("Wallet1271");
    const address = await yard.deploy(wallet.abi, wallet.bytecode, [yard.address("stranger")]);
    const owner = yard.account("stranger");
    await yard.mint(address, 50n * USDC);
    const buyer = yard.as("buyer");
    const { challengeId, message } = await startLink(buyer, yard.chain, { address });
    await linkWallet(buyer, yard.chain, { challengeId, signature: await owner.signMessage({ message }) });
    const jobId = await yard.waitingJob(7n * USDC);
    const prepared = await prepareDeposit(buyer, yard.chain, { jobId, address });
    const { types, ...rest } = JSON.parse(prepared.typedData) as { types: Record<string, unknown> };
    const { EIP712Domain: _, ...others } = types;
    const signature = await owner.signTypedData({ ...rest, types: others } as unknown as TypedDataDefinition);
    await expect(
      submitAuthorization(buyer, yard.chain, {
        escrowOrderId: prepared.escrowOrderId,
        signature: await signTyped(prepared.typedData),
      }),
    ).rejects.toMatchObject({ code: "escrow/signature-refused" });
    await submitAuthorization(buyer, yard.chain, { escrowOrderId: prepared.escrowOrderId, signature });
    await yard.run(2);
    expect(await held(jobId)).toBe(7n * USDC);

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
    const link = await startLink(buyer, yard.chain, { address: unborn });
    await linkWallet(buyer, yard.chain, {
      challengeId: link.challengeId,
      signature: wrap(await owner.signMessage({ message: link.message })),
    });
    const second = await yard.waitingJob(7n * USDC);
    const other = await prepareDeposit(buyer, yard.chain, { jobId: second, address: unborn });
    await expect(
      submitAuthorization(buyer, yard.chain, {
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
    expect(await held(jobId)).toBe(13n * USDC);
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
    expect(await held(jobId)).toBe(11n * USDC);
    expect(await onMarket()).toMatchObject({ limitMicros: 8n * USDC });
    await yard.paySegment(jobId, 1, 8n * USDC);
    await putBack(2);
    expect(await onMarket()).toMatchObject({ limitMicros: 0n });
    await yard.endOrder(jobId);
    expect((await readBalance(yard.as("buyer"))).usdc.refundingMicros).toBe(3n * USDC);
    await yard.run(5);
    expect(await differences()).toEqual([]);
    expect(await yard.booksAreRight()).toBe(true);
  });

  test("C14: a payer who is listed after signing pays into quarantine, and nothing goes back by itself", async () => {
    const listed = yard.railWith({ screeningList: `${yard.address("buyer")},block` });
    const jobId = await yard.waitingJob(11n * USDC);
    const { orderId } = await pay(jobId);
    await runChain(yard.asTask(), yard.chain);
    await yard.mine(4);
    await yard.watch(listed);
    expect(await held(jobId)).toBe(0n);
    expect(await stage(jobId)).toBe("quarantined");
    expect(await incidents("quarantined-deposit")).toMatchObject([{ amountMicros: 11n * USDC }]);
    await yard.run(3, listed);
    expect(await yard.onChain(orderId as Hex)).toEqual({ amount: 11n * USDC, released: 0n, refunded: 0n });
    expect(await differences()).toEqual([]);
    await expect(
      prepareDeposit(yard.as("buyer"), listed, { jobId, address: yard.address("buyer") }),
    ).rejects.toMatchObject({
      code: "escrow/address-blocked",
    });
  });
});

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
      signature: await signTyped(prepared.typedData),
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
    expect(await incidents("frozen-order")).toHaveLength(1);
    // What was taken went to the treasury, where it belongs to the payer: the theft moves nothing out of reach.
    expect(await yard.booksAreRight()).toBe(true);
  });

  test("C13: whatever the prices of segments, ledger and contract agree on fee and sum to the micro", async () => {
    const { jobId, orderId } = await funded(1_000_003n);
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
    const { orderId, escrowOrderId } = await funded(30n * USDC);
    const other = await funded(30n * USDC);
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

describe("a withdrawal", () => {
  const withdraw = (amountMicros: bigint, idempotencyKey: string) =>
    requestWithdrawal(yard.as("northwind"), yard.chain, { amountMicros, idempotencyKey });
  const earned = async (): Promise<bigint> => (await readBalance(yard.as("northwind"))).usdc.earnedMicros;

  test("leaves the treasury once, to the payout wallet, after the treasury drew its claim", async () => {
    const walletId = await yard.link(yard.as("northwind"), yard.account("provider"));
    await setPayoutWallet(yard.as("northwind"), yard.chain, { walletId });
    const { jobId } = await funded(40n * USDC);
    await yard.paySegment(jobId, 0, 30n * USDC);
    const before = await earned();
    await withdraw(10n * USDC, "withdraw-1");
    await withdraw(10n * USDC, "withdraw-1");
    expect(await earned()).toBe(before - 10n * USDC);
    await yard.run(6);
    expect(await yard.balance(yard.address("provider"))).toBe(10n * USDC);
    expect(await listWithdrawals(yard.as("northwind"))).toMatchObject([{ state: "paid", amountMicros: 10n * USDC }]);
    expect((await readBalance(yard.as("northwind"))).usdc.payingOutMicros).toBe(0n);
    expect(await differences()).toEqual([]);
    expect(await yard.booksAreRight()).toBe(true);
  });

  test("C6: a blocked wallet or a paused token gives the earnings back with the reason, and blocks nobody else", async () => {
    const before = await earned();
    await yard.usdc("deployer", "setDenied", [yard.address("provider"), true]);
    await withdraw(2n * USDC, "withdraw-blocked");
    await yard.run(2);
    expect((await listWithdrawals(yard.as("northwind")))[0]).toMatchObject({
      state: "failed",
      failure: expect.stringContaining("blocked") as string,
    });
    expect(await earned()).toBe(before);
    await yard.usdc("deployer", "setDenied", [yard.address("provider"), false]);
    await yard.usdc("deployer", "setPaused", [true]);
    await withdraw(2n * USDC, "withdraw-paused");
    await yard.run(2);
    expect((await listWithdrawals(yard.as("northwind")))[0]).toMatchObject({
      state: "failed",
      failure: expect.stringContaining("paused") as string,
    });
    await yard.usdc("deployer", "setPaused", [false]);
    await withdraw(2n * USDC, "withdraw-again");
    await yard.run(3);
    expect((await listWithdrawals(yard.as("northwind")))[0]).toMatchObject({ state: "paid" });
    expect(await earned()).toBe(before - 2n * USDC);
    expect(await differences()).toEqual([]);
  });

  test("a changed payout address rests, a listed one is refused, a nonce counts once", async () => {
    const resting = yard.railWith({ policy: { ...yard.chain.policy, payoutCoolOffMs: 3_600_000 } });
    const walletId = await yard.link(yard.as("northwind"), yard.account("arbiter"));
    await setPayoutWallet(yard.as("northwind"), resting, { walletId });
    const request = { amountMicros: USDC, idempotencyKey: "withdraw-resting" };
    await expect(requestWithdrawal(yard.as("northwind"), resting, request)).rejects.toThrow(/was changed/);
    yard.clock.offsetMs += 3_700_000;
    await requestWithdrawal(yard.as("northwind"), resting, request);
    const listed = yard.railWith({ screeningList: `${yard.address("arbiter")},block` });
    await expect(
      requestWithdrawal(yard.as("northwind"), listed, { ...request, idempotencyKey: "withdraw-listed" }),
    ).rejects.toMatchObject({ code: "escrow/address-blocked" });
    const { challengeId, message } = await startLink(yard.as("northwind"), yard.chain, {
      address: yard.address("stranger"),
    });
    const signature = await yard.account("stranger").signMessage({ message });
    await expect(linkWallet(yard.as("fabrikam"), yard.chain, { challengeId, signature })).rejects.toMatchObject({
      code: "escrow/challenge-refused",
    });
    await linkWallet(yard.as("northwind"), yard.chain, { challengeId, signature });
    await expect(linkWallet(yard.as("northwind"), yard.chain, { challengeId, signature })).rejects.toMatchObject({
      code: "escrow/challenge-refused",
    });
    await expect(yard.link(yard.as("fabrikam"), yard.account("stranger"))).rejects.toMatchObject({
      code: "escrow/wallet-refused",
    });
    // Taking the payout wallet away and naming another one is a change like any other.
    await unlinkWallet(yard.as("northwind"), { walletId });
    const [other] = (await listWallets(yard.as("northwind"))).filter((one) => !one.isPayout);
    await setPayoutWallet(yard.as("northwind"), resting, { walletId: other?.id ?? "" });
    await expect(
      requestWithdrawal(yard.as("northwind"), resting, { ...request, idempotencyKey: "withdraw-after-unlink" }),
    ).rejects.toThrow(/was changed/);
    await expect(
      requestWithdrawal(yard.as("northwind"), resting, { ...request, amountMicros: 2n * USDC }),
    ).rejects.toThrow(/was sent before, for 1\.00 USDC/);
    yard.clock.offsetMs -= 3_700_000;
  });
});

describe("the sender", () => {
  test("C7: while gas is dear vouchers wait, the deadline is alarmed, and nothing is lost", async () => {
    const { jobId, orderId, escrowOrderId } = await funded(20n * USDC);
    await yard.paySegment(jobId, 0, 8n * USDC);
    const dear = yard.railWith({ policy: { ...yard.chain.policy, gasPriceMaxWei: 1n } });
    await yard.run(3, dear);
    expect(await transactions(escrowOrderId)).toMatchObject([
      { kind: "relay-deposit" },
      { kind: "release", state: "queued", nonce: null },
    ]);
    expect((await yard.onChain(orderId)).released).toBe(0n);
    expect(await incidents("deadline-near")).toEqual([]);
    const alarmed = yard.railWith({ policy: { ...dear.policy, deadlineAlarmMs: 40 * 24 * 3_600_000 } });
    await yard.run(1, alarmed);
    expect((await incidents("deadline-near")).length).toBeGreaterThan(0);
    await yard.run(3);
    expect((await yard.onChain(orderId)).released).toBe(8n * USDC);
    expect((await incidents("deadline-near")).filter((i) => i.reference === orderId)).toEqual([]);
  });

  test("C10: a transaction that is stuck, dropped or forked away happens once, under its nonce", async () => {
    const { jobId, orderId, escrowOrderId } = await funded(20n * USDC);
    await yard.paySegment(jobId, 0, 8n * USDC);
    await yard.anvil.rpc("evm_setAutomine", false);
    await runChain(yard.asTask(), yard.chain);
    const sent = async () => (await transactions(escrowOrderId)).filter((row) => row.kind === "release");
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
    expect(await incidents("nonce-taken")).toHaveLength(1);
    expect(await differences()).toEqual([]);
    expect(await yard.booksAreRight()).toBe(true);
  });
});
