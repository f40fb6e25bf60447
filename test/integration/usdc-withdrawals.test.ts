import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  linkWallet,
  listWallets,
  listWithdrawals,
  requestWithdrawal,
  setPayoutWallet,
  startLink,
  unlinkWallet,
} from "@/modules/escrow";
import { readBalance } from "@/modules/ledger";
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

describe("a withdrawal", () => {
  const withdraw = (amountMicros: bigint, idempotencyKey: string) =>
    requestWithdrawal(yard.as("northwind"), yard.chain, { amountMicros, idempotencyKey });
  const earned = async (): Promise<bigint> => (await readBalance(yard.as("northwind"))).usdc.earnedMicros;

  test("leaves the treasury once, to the payout wallet, after the treasury drew its claim", async () => {
    const walletId = await yard.link(yard.as("northwind"), yard.account("provider"));
    await setPayoutWallet(yard.as("northwind"), yard.chain, { walletId });
    const { jobId } = await buyer.funded(40n * USDC);
    await yard.paySegment(jobId, 0, 30n * USDC);
    const before = await earned();
    await withdraw(10n * USDC, "withdraw-1");
    await withdraw(10n * USDC, "withdraw-1");
    expect(await earned()).toBe(before - 10n * USDC);
    await yard.run(6);
    expect(await yard.balance(yard.address("provider"))).toBe(10n * USDC);
    expect(await listWithdrawals(yard.as("northwind"))).toMatchObject([{ state: "paid", amountMicros: 10n * USDC }]);
    expect((await readBalance(yard.as("northwind"))).usdc.payingOutMicros).toBe(0n);
    expect(await yard.differences()).toEqual([]);
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
    expect(await yard.differences()).toEqual([]);
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
