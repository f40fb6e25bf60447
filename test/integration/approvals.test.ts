import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { listActivity } from "@/modules/identity";
import { listJobs } from "@/modules/jobs";
import { readBalance } from "@/modules/ledger";
import { approveJob, cancelJob, declineJob, expireApprovals, readJob } from "@/modules/settlement";
import { countToDecide, listRequests, readRequest, readSpending, setBudget, setPolicy } from "@/modules/spending";
import { ADA, Acme, codeOf, DOLLAR, ELI, FAY, FREE, VIC } from "../support/acme";

const DAY_MS = 86_400_000;

// A platform with its datasets for every test: slow on a busy machine.
vi.setConfig({ testTimeout: 120_000 });

let acme: Acme;
beforeEach(async () => {
  acme = await Acme.open();
});
afterEach(() => acme.close());

describe("a job above what one person may spend", () => {
  it("waits with nothing held, cannot be approved by whoever asked, and starts when finance approves", async () => {
    const [eli, fay] = [await acme.as(ELI), await acme.as(FAY)];
    await setPolicy(fay, { ...FREE, soloLimitMicros: 20n * DOLLAR });
    const small = await acme.post(eli, "small", 20n);
    expect(await acme.state(small)).toBe("open");
    const jobId = await acme.post(eli, "large", 21n);
    expect(await acme.state(jobId)).toBe("awaiting_approval");
    expect((await readBalance(eli)).heldMicros).toBe(20n * DOLLAR);
    const [request] = await listRequests(fay, { waitingOnly: true });
    expect(request).toMatchObject({ jobId, missing: 1, requestedBy: { name: "Eli Brandt" } });
    expect(request?.reason).toBe("it may cost $21.00, and one person alone may spend $20.00 on a job");
    expect(request?.approvers.map(({ name }) => name)).toEqual(["Ada Okafor", "Fay Lindqvist"]);
    expect(await codeOf(approveJob(eli, { jobId }))).toBe("kernel/forbidden");
    expect(await codeOf(approveJob(await acme.as(ELI, "finance"), { jobId }))).toBe("spending/own-request");
    expect(await approveJob(fay, { jobId, comment: "For the quarter" })).toEqual({ missing: 0 });
    expect(await acme.state(jobId)).toBe("open");
    expect((await readBalance(eli)).heldMicros).toBe(41n * DOLLAR);
    expect((await readRequest(eli, { jobId }))?.decisions).toMatchObject([
      { name: "Fay Lindqvist", role: "finance", verdict: "approve", comment: "For the quarter" },
    ]);
    expect(await codeOf(approveJob(fay, { jobId }))).toBe("spending/decided");
  });

  it("is not approved by its owner either: nobody does both alone", async () => {
    const ada = await acme.as(ADA);
    await setPolicy(ada, { ...FREE, soloLimitMicros: 0n });
    const jobId = await acme.post(ada, "owner", 1n);
    expect(await codeOf(approveJob(ada, { jobId }))).toBe("spending/own-request");
    expect(await codeOf(declineJob(ada, { jobId, comment: "no" }))).toBe("spending/own-request");
    expect(await approveJob(await acme.as(FAY), { jobId })).toEqual({ missing: 0 });
  });

  it("needs two different people above the pair limit; the same one twice counts once", async () => {
    const [eli, fay] = [await acme.as(ELI), await acme.as(FAY)];
    await setPolicy(fay, { ...FREE, soloLimitMicros: 1n * DOLLAR, pairLimitMicros: 10n * DOLLAR });
    const jobId = await acme.post(eli, "pair", 11n);
    await acme.post(await acme.as(ADA), "of the owner", 2n);
    const waitFor = async () => Promise.all([eli, fay, await acme.as(ADA), await acme.as(VIC)].map(countToDecide));
    expect(await waitFor()).toEqual([0, 2, 1, 0]);
    expect(await approveJob(fay, { jobId })).toEqual({ missing: 1 });
    expect(await waitFor()).toEqual([0, 1, 1, 0]);
    expect(await approveJob(fay, { jobId })).toEqual({ missing: 1 });
    expect(await acme.state(jobId)).toBe("awaiting_approval");
    expect((await readBalance(eli)).heldMicros).toBe(0n);
    expect(await approveJob(await acme.as(ADA), { jobId })).toEqual({ missing: 0 });
    expect(await waitFor()).toEqual([0, 1, 0, 0]);
    expect(await acme.state(jobId)).toBe("open");
  });

  it("ends with its reason when it is declined, and is never approved after that", async () => {
    const [eli, fay] = [await acme.as(ELI), await acme.as(FAY)];
    await setPolicy(fay, { ...FREE, soloLimitMicros: 1n * DOLLAR });
    const jobId = await acme.post(eli, "declined", 5n);
    await declineJob(fay, { jobId, comment: "Use the small model" });
    const job = await readJob(eli, { jobId });
    expect(job).toMatchObject({
      state: "cancelled",
      endReason: "Fay Lindqvist declined the request: Use the small model",
      money: { heldMicros: 0n, postedMicros: 0n, returnedMicros: 0n },
    });
    expect(await codeOf(approveJob(await acme.as(ADA), { jobId }))).toBe("spending/decided");
    expect(await listRequests(fay, { waitingOnly: true })).toEqual([]);
  });

  it("expires when nobody decides, and the one who asked may take it back", async () => {
    const [eli, fay] = [await acme.as(ELI), await acme.as(FAY)];
    await setPolicy(fay, { ...FREE, soloLimitMicros: 1n * DOLLAR, requestDays: 3 });
    const [kept, withdrawn] = [await acme.post(eli, "expires", 5n), await acme.post(eli, "withdrawn", 5n)];
    await cancelJob(eli, { jobId: withdrawn });
    expect(await codeOf(approveJob(fay, { jobId: withdrawn }))).toBe("spending/decided");
    const system = { ...acme.platform.asTask(), database: acme.database, clock: eli.clock };
    expect(await expireApprovals(system)).toBe(0);
    acme.laterMs = 3 * DAY_MS;
    expect(await codeOf(approveJob(fay, { jobId: kept }))).toBe("spending/expired");
    expect(await expireApprovals(system)).toBe(1);
    expect(await expireApprovals(system)).toBe(0);
    expect(await acme.state(kept)).toBe("cancelled");
    expect((await readRequest(eli, { jobId: kept }))?.state).toBe("expired");
  });

  it("is judged by the rules that stand when it is approved", async () => {
    const [eli, fay] = [await acme.as(ELI), await acme.as(FAY)];
    const projectId = await acme.project({ total: 100n });
    await setPolicy(fay, { ...FREE, soloLimitMicros: 1n * DOLLAR });
    const jobId = await acme.post(eli, "current", 10n, { projectId });
    await setBudget(fay, { projectId, period: "total", budget: { amountMicros: 9n * DOLLAR, hardStop: true } });
    expect(await codeOf(approveJob(fay, { jobId }))).toBe("spending/budget-exceeded");
    expect((await readRequest(fay, { jobId }))?.obstacle).toMatch(/may spend \$9\.00 in all and has \$9\.00 left/);
    await setBudget(fay, { projectId, period: "total", budget: null });
    await setPolicy(fay, { ...FREE, soloLimitMicros: 1n * DOLLAR, pairLimitMicros: 5n * DOLLAR });
    expect(await approveJob(fay, { jobId })).toEqual({ missing: 1 });
    await setPolicy(fay, { ...FREE, soloLimitMicros: 1n * DOLLAR });
    expect(await approveJob(fay, { jobId })).toEqual({ missing: 0 });
    expect(await acme.state(jobId)).toBe("open");
  });

  it("changes nothing when the balance does not cover it", async () => {
    const [eli, fay] = [await acme.as(ELI), await acme.as(FAY)];
    await setPolicy(fay, { ...FREE, soloLimitMicros: 1n * DOLLAR });
    const jobId = await acme.post(eli, "poor", 500n);
    const before = await listActivity(fay, {});
    await expect(approveJob(fay, { jobId })).rejects.toThrow("Your balance is $100.00; this job needs $500.00.");
    expect(await acme.state(jobId)).toBe("awaiting_approval");
    expect(await listRequests(fay, { waitingOnly: true })).toMatchObject([{ jobId, decisions: [] }]);
    expect((await listActivity(fay, {})).length).toBe(before.length);
  });

  it("waits for its deposit after the approval when USDC pays it, and counts against the budget from then on", async () => {
    const [eli, fay] = [await acme.as(ELI), await acme.as(FAY)];
    const projectId = await acme.project({ total: 10n });
    await setPolicy(fay, { ...FREE, soloLimitMicros: 1n * DOLLAR });
    const jobId = await acme.post(eli, "usdc", 6n, { projectId, rail: "usdc" });
    expect(await listRequests(fay, { waitingOnly: true })).toMatchObject([{ jobId, asset: "USDC" }]);
    expect(await listJobs(eli, {})).toMatchObject([{ id: jobId, asset: "USDC" }]);
    expect(await acme.state(jobId)).toBe("awaiting_approval");
    expect(await approveJob(fay, { jobId })).toEqual({ missing: 0 });
    expect(await acme.state(jobId)).toBe("awaiting_funds");
    expect((await readBalance(eli)).heldMicros).toBe(0n);
    expect((await readSpending(fay)).projects[0]?.totalMicros).toBe(6n * DOLLAR);
    await cancelJob(eli, { jobId });
    expect((await readSpending(fay)).projects[0]?.totalMicros).toBe(0n);
  });

  it("cannot be cut into jobs below the limit where one person's month is limited", async () => {
    const [eli, fay] = [await acme.as(ELI), await acme.as(FAY)];
    await setPolicy(fay, { ...FREE, soloLimitMicros: 10n * DOLLAR, soloMonthMicros: 15n * DOLLAR });
    expect(await acme.state(await acme.post(eli, "slice-1", 8n))).toBe("open");
    const second = await acme.post(eli, "slice-2", 8n);
    expect(await acme.state(second)).toBe("awaiting_approval");
    await approveJob(fay, { jobId: second });
    expect(await acme.state(await acme.post(eli, "slice-3", 7n))).toBe("open");
    expect(await acme.state(await acme.post(await acme.as(ADA), "another person", 8n))).toBe("open");
  });
});

describe("the database itself", () => {
  it("refuses a word of the one who asked, and changes of what was asked or said", async () => {
    const [eli, fay] = [await acme.as(ELI), await acme.as(FAY)];
    await setPolicy(fay, { ...FREE, pairLimitMicros: 0n });
    const jobId = await acme.post(eli, "walls", 2n);
    await approveJob(fay, { jobId });
    const run = (sql: string): Promise<string> => acme.execute(sql).then(() => "done", String);
    const requester = eli.actor.kind === "member" ? eli.actor.userId : "";
    expect(
      await run(
        `INSERT INTO approval_decision ("jobId", "approverId", "approverRole", verdict, comment, "createdAt")
         VALUES ('${jobId}', '${requester}', 'owner', 'approve', '', now())`,
      ),
    ).toMatch(/nobody approves a request of their own/);
    expect(await run(`UPDATE approval_decision SET comment = 'x'`)).toMatch(/append-only/);
    expect(await run(`UPDATE spending_request SET "amountMicros" = 1`)).toMatch(/stays as it was asked/);
    expect(await run(`DELETE FROM spending_request`)).toMatch(/append-only/);
    await declineJob(await acme.as(ADA), { jobId, comment: "no" });
    expect(await run(`UPDATE spending_request SET state = 'committed', month = '2026-11'`)).toMatch(/cannot become/);
  });
});
