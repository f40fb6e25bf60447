import pg from "pg";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { openDatabase, type Clock, type Context, type Database, type Role } from "@/kernel";
import { DEMO_ORGANISATIONS, listActivity, listMembers } from "@/modules/identity";
import { listJobs } from "@/modules/jobs";
import { readBalance, trialBalance } from "@/modules/ledger";
import { approveJob, cancelJob, declineJob, expireApprovals, postJob, readJob } from "@/modules/settlement";
import {
  closeProject,
  countToDecide,
  createProject,
  listRequests,
  previewSpending,
  readRequest,
  readSpending,
  setBudget,
  setPolicy,
  setPurchaseOrder,
  updateProject,
} from "@/modules/spending";
import { Platform } from "../support/platform";

const DOLLAR = 1_000_000n;
const DAY_MS = 86_400_000;
const [ADA, ELI, FAY, VIC] = DEMO_ORGANISATIONS.buyer.members.map(({ email }) => email) as [
  string,
  string,
  string,
  string,
];
const SOURCE = { kind: "template" as const, template: "mnist-mlp" as const };
const FREE = {
  soloLimitMicros: null,
  soloMonthMicros: null,
  pairLimitMicros: null,
  projectRequired: false,
  requestDays: 7,
};

// A platform with its datasets for every test: slow on a busy machine.
vi.setConfig({ testTimeout: 120_000 });

let platform: Platform;
let database: Database;
let later: number;

beforeEach(async () => {
  platform = await Platform.open({ tasks: false });
  database = openDatabase(platform.databaseUrl, 16);
  later = 0;
});
afterEach(async () => {
  await database.close();
  await platform.close();
});

/** A context of one of Acme's people, over a pool of 16 connections and a clock that the test moves. */
async function as(email: string, role?: Role): Promise<Context> {
  const ctx = platform.as("buyer");
  const member = (await listMembers(ctx)).find((candidate) => candidate.email === email);
  if (member === undefined || ctx.actor.kind !== "member") throw new Error(`${email} is no member`);
  const clock: Clock = { now: () => new Date(Date.now() + later) };
  const { organisationId } = ctx.actor;
  const actor = { kind: "member" as const, userId: member.userId, organisationId, role: role ?? member.role };
  return { ...ctx, database, clock, actor };
}

async function post(
  ctx: Context,
  name: string,
  dollars: bigint,
  more: { projectId?: string; poNumber?: string; tags?: Record<string, string>; rail?: "usdc" } = {},
): Promise<string> {
  const limitMicros = dollars * DOLLAR;
  const { jobId } = await postJob(ctx, {
    source: SOURCE,
    name,
    limitMicros,
    idempotencyKey: `spending-${name}`,
    ...more,
  });
  return jobId;
}

async function project(budget: { month?: bigint; total?: bigint } = {}): Promise<string> {
  const fay = await as(FAY);
  const terms = { name: "Vision", costCentre: "CC-7", requiredTags: [], poRequired: false };
  const { projectId } = await createProject(fay, terms);
  for (const period of ["month", "total"] as const) {
    const dollars = budget[period];
    if (dollars === undefined) continue;
    const amountMicros = dollars * DOLLAR;
    await setBudget(fay, { projectId, period, budget: { amountMicros, hardStop: true } });
  }
  return projectId;
}

async function state(jobId: string): Promise<string> {
  return (await readJob(await as(ADA), { jobId })).state;
}

async function execute(sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: platform.databaseUrl });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

const codeOf = async (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => "done",
    (error: unknown) => (error instanceof Error && "code" in error ? String(error.code) : String(error)),
  );

describe("a job above what one person may spend", () => {
  it("waits with nothing held, cannot be approved by whoever asked, and starts when finance approves", async () => {
    const [eli, fay] = [await as(ELI), await as(FAY)];
    await setPolicy(fay, { ...FREE, soloLimitMicros: 20n * DOLLAR });
    const small = await post(eli, "small", 20n);
    expect(await state(small)).toBe("open");
    const jobId = await post(eli, "large", 21n);
    expect(await state(jobId)).toBe("awaiting_approval");
    expect((await readBalance(eli)).heldMicros).toBe(20n * DOLLAR);
    const [request] = await listRequests(fay, { waitingOnly: true });
    expect(request).toMatchObject({ jobId, missing: 1, requestedBy: { name: "Eli Brandt" } });
    expect(request?.reason).toBe("it may cost $21.00, and one person alone may spend $20.00 on a job");
    expect(request?.approvers.map(({ name }) => name)).toEqual(["Ada Okafor", "Fay Lindqvist"]);
    expect(await codeOf(approveJob(eli, { jobId }))).toBe("kernel/forbidden");
    expect(await codeOf(approveJob(await as(ELI, "finance"), { jobId }))).toBe("spending/own-request");
    expect(await approveJob(fay, { jobId, comment: "For the quarter" })).toEqual({ missing: 0 });
    expect(await state(jobId)).toBe("open");
    expect((await readBalance(eli)).heldMicros).toBe(41n * DOLLAR);
    expect((await readRequest(eli, { jobId }))?.decisions).toMatchObject([
      { name: "Fay Lindqvist", role: "finance", verdict: "approve", comment: "For the quarter" },
    ]);
    expect(await codeOf(approveJob(fay, { jobId }))).toBe("spending/decided");
  });

  it("is not approved by its owner either: nobody does both alone", async () => {
    const ada = await as(ADA);
    await setPolicy(ada, { ...FREE, soloLimitMicros: 0n });
    const jobId = await post(ada, "owner", 1n);
    expect(await codeOf(approveJob(ada, { jobId }))).toBe("spending/own-request");
    expect(await codeOf(declineJob(ada, { jobId, comment: "no" }))).toBe("spending/own-request");
    expect(await approveJob(await as(FAY), { jobId })).toEqual({ missing: 0 });
  });

  it("needs two different people above the pair limit; the same one twice counts once", async () => {
    const [eli, fay] = [await as(ELI), await as(FAY)];
    await setPolicy(fay, { ...FREE, soloLimitMicros: 1n * DOLLAR, pairLimitMicros: 10n * DOLLAR });
    const jobId = await post(eli, "pair", 11n);
    await post(await as(ADA), "of the owner", 2n);
    const waitFor = async () => Promise.all([eli, fay, await as(ADA), await as(VIC)].map(countToDecide));
    expect(await waitFor()).toEqual([0, 2, 1, 0]);
    expect(await approveJob(fay, { jobId })).toEqual({ missing: 1 });
    expect(await waitFor()).toEqual([0, 1, 1, 0]);
    expect(await approveJob(fay, { jobId })).toEqual({ missing: 1 });
    expect(await state(jobId)).toBe("awaiting_approval");
    expect((await readBalance(eli)).heldMicros).toBe(0n);
    expect(await approveJob(await as(ADA), { jobId })).toEqual({ missing: 0 });
    expect(await waitFor()).toEqual([0, 1, 0, 0]);
    expect(await state(jobId)).toBe("open");
  });

  it("ends with its reason when it is declined, and is never approved after that", async () => {
    const [eli, fay] = [await as(ELI), await as(FAY)];
    await setPolicy(fay, { ...FREE, soloLimitMicros: 1n * DOLLAR });
    const jobId = await post(eli, "declined", 5n);
    await declineJob(fay, { jobId, comment: "Use the small model" });
    const job = await readJob(eli, { jobId });
    expect(job).toMatchObject({
      state: "cancelled",
      endReason: "Fay Lindqvist declined the request: Use the small model",
      money: { heldMicros: 0n, postedMicros: 0n, returnedMicros: 0n },
    });
    expect(await codeOf(approveJob(await as(ADA), { jobId }))).toBe("spending/decided");
    expect(await listRequests(fay, { waitingOnly: true })).toEqual([]);
  });

  it("expires when nobody decides, and the one who asked may take it back", async () => {
    const [eli, fay] = [await as(ELI), await as(FAY)];
    await setPolicy(fay, { ...FREE, soloLimitMicros: 1n * DOLLAR, requestDays: 3 });
    const [kept, withdrawn] = [await post(eli, "expires", 5n), await post(eli, "withdrawn", 5n)];
    await cancelJob(eli, { jobId: withdrawn });
    expect(await codeOf(approveJob(fay, { jobId: withdrawn }))).toBe("spending/decided");
    const system = { ...platform.asTask(), database, clock: eli.clock };
    expect(await expireApprovals(system)).toBe(0);
    later = 3 * DAY_MS;
    expect(await codeOf(approveJob(fay, { jobId: kept }))).toBe("spending/expired");
    expect(await expireApprovals(system)).toBe(1);
    expect(await expireApprovals(system)).toBe(0);
    expect(await state(kept)).toBe("cancelled");
    expect((await readRequest(eli, { jobId: kept }))?.state).toBe("expired");
  });

  it("is judged by the rules that stand when it is approved", async () => {
    const [eli, fay] = [await as(ELI), await as(FAY)];
    const projectId = await project({ total: 100n });
    await setPolicy(fay, { ...FREE, soloLimitMicros: 1n * DOLLAR });
    const jobId = await post(eli, "current", 10n, { projectId });
    await setBudget(fay, { projectId, period: "total", budget: { amountMicros: 9n * DOLLAR, hardStop: true } });
    expect(await codeOf(approveJob(fay, { jobId }))).toBe("spending/budget-exceeded");
    expect((await readRequest(fay, { jobId }))?.obstacle).toMatch(/may spend \$9\.00 in all and has \$9\.00 left/);
    await setBudget(fay, { projectId, period: "total", budget: null });
    await setPolicy(fay, { ...FREE, soloLimitMicros: 1n * DOLLAR, pairLimitMicros: 5n * DOLLAR });
    expect(await approveJob(fay, { jobId })).toEqual({ missing: 1 });
    await setPolicy(fay, { ...FREE, soloLimitMicros: 1n * DOLLAR });
    expect(await approveJob(fay, { jobId })).toEqual({ missing: 0 });
    expect(await state(jobId)).toBe("open");
  });

  it("changes nothing when the balance does not cover it", async () => {
    const [eli, fay] = [await as(ELI), await as(FAY)];
    await setPolicy(fay, { ...FREE, soloLimitMicros: 1n * DOLLAR });
    const jobId = await post(eli, "poor", 500n);
    const before = await listActivity(fay, {});
    await expect(approveJob(fay, { jobId })).rejects.toThrow("Your balance is $100.00; this job needs $500.00.");
    expect(await state(jobId)).toBe("awaiting_approval");
    expect(await listRequests(fay, { waitingOnly: true })).toMatchObject([{ jobId, decisions: [] }]);
    expect((await listActivity(fay, {})).length).toBe(before.length);
  });

  it("waits for its deposit after the approval when USDC pays it, and counts against the budget from then on", async () => {
    const [eli, fay] = [await as(ELI), await as(FAY)];
    const projectId = await project({ total: 10n });
    await setPolicy(fay, { ...FREE, soloLimitMicros: 1n * DOLLAR });
    const jobId = await post(eli, "usdc", 6n, { projectId, rail: "usdc" });
    expect(await listRequests(fay, { waitingOnly: true })).toMatchObject([{ jobId, asset: "USDC" }]);
    expect(await listJobs(eli, {})).toMatchObject([{ id: jobId, asset: "USDC" }]);
    expect(await state(jobId)).toBe("awaiting_approval");
    expect(await approveJob(fay, { jobId })).toEqual({ missing: 0 });
    expect(await state(jobId)).toBe("awaiting_funds");
    expect((await readBalance(eli)).heldMicros).toBe(0n);
    expect((await readSpending(fay)).projects[0]?.totalMicros).toBe(6n * DOLLAR);
    await cancelJob(eli, { jobId });
    expect((await readSpending(fay)).projects[0]?.totalMicros).toBe(0n);
  });

  it("cannot be cut into jobs below the limit where one person's month is limited", async () => {
    const [eli, fay] = [await as(ELI), await as(FAY)];
    await setPolicy(fay, { ...FREE, soloLimitMicros: 10n * DOLLAR, soloMonthMicros: 15n * DOLLAR });
    expect(await state(await post(eli, "slice-1", 8n))).toBe("open");
    const second = await post(eli, "slice-2", 8n);
    expect(await state(second)).toBe("awaiting_approval");
    await approveJob(fay, { jobId: second });
    expect(await state(await post(eli, "slice-3", 7n))).toBe("open");
    expect(await state(await post(await as(ADA), "another person", 8n))).toBe("open");
  });
});

describe("budgets and purchase orders", () => {
  it("hold against 16 approvals at once: what is reserved never exceeds the budget", async () => {
    const [eli, fay, ada] = [await as(ELI), await as(FAY), await as(ADA)];
    const projectId = await project({ month: 25n });
    await setPolicy(fay, { ...FREE, soloLimitMicros: 1n * DOLLAR });
    const jobs: string[] = [];
    for (let index = 0; index < 16; index++) jobs.push(await post(eli, `rush-${index}`, 4n, { projectId }));
    const outcomes = await Promise.all(
      jobs.map((jobId, index) => codeOf(approveJob(index % 2 === 0 ? fay : ada, { jobId }))),
    );
    expect(outcomes.filter((outcome) => outcome === "done")).toHaveLength(6);
    expect(outcomes.filter((outcome) => outcome === "spending/budget-exceeded")).toHaveLength(10);
    expect((await readBalance(fay)).heldMicros).toBe(24n * DOLLAR);
    const view = await readSpending(fay);
    expect(view.projects[0]?.budgets[0]).toMatchObject({ usedMicros: 24n * DOLLAR });
    expect(view.alerts.map(({ percent }) => percent).sort((a, b) => a - b)).toEqual([50, 75, 90]);
    expect((await trialBalance(database.reader)).differences).toEqual([]);
  });

  it("hold against 16 posts at once on one purchase order", async () => {
    const [eli, fay] = [await as(ELI), await as(FAY)];
    const projectId = await project();
    await setPurchaseOrder(fay, { projectId, number: "PO-1", amountMicros: 10n * DOLLAR, closed: false });
    const outcomes = await Promise.all(
      Array.from({ length: 16 }, (_, index) =>
        codeOf(post(eli, `order-${index}`, 3n, { projectId, poNumber: "PO-1" })),
      ),
    );
    expect(outcomes.filter((outcome) => outcome === "spending/purchase-order-exceeded")).toHaveLength(13);
    expect((await readBalance(fay)).heldMicros).toBe(9n * DOLLAR);
    expect((await readSpending(fay)).projects[0]?.purchaseOrders).toMatchObject([{ usedMicros: 9n * DOLLAR }]);
    const around = await codeOf(post(eli, "around-the-project", 3n, { poNumber: "PO-1" }));
    expect(around).toBe("spending/purchase-order-unknown");
  });

  it("one request, approved 16 times at once by two people, is held once", async () => {
    const [eli, fay, ada] = [await as(ELI), await as(FAY), await as(ADA)];
    await setPolicy(fay, { ...FREE, pairLimitMicros: 1n * DOLLAR });
    const jobId = await post(eli, "one", 10n);
    const outcomes = await Promise.all(
      Array.from({ length: 16 }, (_, index) => codeOf(approveJob(index % 2 === 0 ? fay : ada, { jobId }))),
    );
    expect(new Set(outcomes)).toEqual(new Set(["done", "spending/decided"]));
    expect((await readBalance(fay)).heldMicros).toBe(10n * DOLLAR);
    expect((await readRequest(fay, { jobId }))?.decisions).toHaveLength(2);
  });

  it("what a job did not use counts no more once it has ended", async () => {
    const eli = await as(ELI);
    const projectId = await project({ total: 10n });
    const jobId = await post(eli, "first", 10n, { projectId });
    expect(await codeOf(post(eli, "second", 1n, { projectId }))).toBe("spending/budget-exceeded");
    await cancelJob(eli, { jobId });
    expect((await readJob(eli, { jobId })).money).toMatchObject({ heldMicros: 0n, returnedMicros: 10n * DOLLAR });
    expect((await readSpending(eli)).projects[0]?.totalMicros).toBe(0n);
    expect(await state(await post(eli, "third", 10n, { projectId }))).toBe("open");
  });

  it("a project's tags and order are wanted before anything is reserved, and its cost centre goes with the job", async () => {
    const [eli, fay] = [await as(ELI), await as(FAY)];
    const projectId = await project();
    const terms = { name: "Vision", costCentre: "CC-9", requiredTags: ["team"], poRequired: true };
    await updateProject(fay, { projectId, ...terms });
    await setPurchaseOrder(fay, { projectId, number: "PO-2", amountMicros: 50n * DOLLAR, closed: false });
    expect(await codeOf(post(eli, "no-tags", 1n, { projectId }))).toBe("spending/tags-missing");
    expect(await codeOf(post(eli, "no-order", 1n, { projectId, tags: { team: "vision" } }))).toBe(
      "spending/purchase-order-required",
    );
    const jobId = await post(eli, "complete", 1n, { projectId, poNumber: "PO-2", tags: { team: "vision" } });
    expect(await readRequest(eli, { jobId })).toMatchObject({
      state: "committed",
      projectName: "Vision",
      poNumber: "PO-2",
      costCentre: "CC-9",
      tags: { team: "vision" },
    });
    await closeProject(fay, { projectId });
    expect(await codeOf(post(eli, "closed", 1n, { projectId }))).toBe("spending/project-closed");
  });
});

describe("roles", () => {
  const POLICY_VERBS: readonly (readonly [string, (ctx: Context, projectId: string) => Promise<unknown>])[] = [
    ["setPolicy", (ctx) => setPolicy(ctx, FREE)],
    [
      "createProject",
      (ctx) =>
        createProject(ctx, { name: `P ${Math.random()}`, costCentre: null, requiredTags: [], poRequired: false }),
    ],
    [
      "updateProject",
      (ctx, projectId) =>
        updateProject(ctx, { projectId, name: "Vision", costCentre: null, requiredTags: [], poRequired: false }),
    ],
    ["setBudget", (ctx, projectId) => setBudget(ctx, { projectId, period: "total", budget: null })],
    [
      "setPurchaseOrder",
      (ctx, projectId) => setPurchaseOrder(ctx, { projectId, number: "PO-3", amountMicros: DOLLAR, closed: true }),
    ],
    ["closeProject", (ctx, projectId) => closeProject(ctx, { projectId })],
  ];
  const MAY: Record<Role, boolean> = { owner: true, admin: true, finance: true, engineer: false, viewer: false };

  it.each(POLICY_VERBS)("%s is for finance, admins and owners of the organisation", async (_name, verb) => {
    const projectId = await project();
    const stranger = { ...platform.as("northwind"), database };
    for (const role of ["viewer", "engineer", "finance", "admin", "owner"] as const)
      expect(await codeOf(verb(await as(ADA, role), projectId)), role).toBe(MAY[role] ? "done" : "kernel/forbidden");
    if (verb.length > 1) expect(await codeOf(verb(stranger, projectId))).toBe("kernel/not-found");
  });

  it.each(["approve", "decline"] as const)(
    "a request's %s is for finance, admins and owners of the organisation",
    async (verdict) => {
      const eli = await as(ELI);
      await setPolicy(await as(FAY), { ...FREE, soloLimitMicros: 0n });
      const decide = (ctx: Context, jobId: string): Promise<string> =>
        codeOf(verdict === "approve" ? approveJob(ctx, { jobId }) : declineJob(ctx, { jobId, comment: "no" }));
      for (const role of ["viewer", "engineer", "finance", "admin", "owner"] as const) {
        const jobId = await post(eli, `${verdict}-${role}`, 1n);
        expect(await decide({ ...platform.as("northwind"), database }, jobId)).toBe("kernel/not-found");
        expect(await decide(await as(VIC, role), jobId), role).toBe(MAY[role] ? "done" : "kernel/forbidden");
      }
    },
  );

  it("everybody may look, nobody into another organisation", async () => {
    const [eli, stranger] = [await as(ELI), { ...platform.as("northwind"), database }];
    const projectId = await project();
    await setPolicy(await as(FAY), { ...FREE, soloLimitMicros: 0n });
    const jobId = await post(eli, "private", 1n, { projectId });
    for (const email of [ADA, ELI, FAY, VIC]) {
      const ctx = await as(email);
      expect((await readSpending(ctx)).projects).toHaveLength(1);
      expect(await listRequests(ctx, { waitingOnly: true })).toHaveLength(1);
      const preview = await previewSpending(ctx, { amountMicros: DOLLAR, projectId });
      expect(preview.decision).toMatchObject({ kind: "needs-approval", approvals: 1 });
      expect(preview.approvers).toHaveLength(email === ADA || email === FAY ? 1 : 2);
    }
    expect((await readSpending(stranger)).projects).toEqual([]);
    expect(await listRequests(stranger, { waitingOnly: true })).toEqual([]);
    expect(await readRequest(stranger, { jobId })).toBeNull();
    expect(await codeOf(previewSpending(stranger, { amountMicros: DOLLAR, projectId }))).toBe("kernel/not-found");
    expect(await codeOf(post(stranger, "thief", 1n, { projectId }))).toBe("kernel/not-found");
  });

  it("every change stands in the audit log with what was there before", async () => {
    const fay = await as(FAY);
    const projectId = await project({ month: 5n });
    await setBudget(fay, { projectId, period: "month", budget: { amountMicros: 7n * DOLLAR, hardStop: false } });
    await setPolicy(fay, { ...FREE, soloLimitMicros: 3n * DOLLAR });
    const log = await listActivity(fay, {});
    expect(log[0]).toMatchObject({
      action: "spending.policy-set",
      details: { before: { soloLimitMicros: null }, after: { soloLimitMicros: "3000000" } },
    });
    expect(log[1]).toMatchObject({
      action: "spending.budget-set",
      target: projectId,
      details: {
        before: { amountMicros: "5000000", hardStop: true },
        after: { amountMicros: "7000000", hardStop: false },
      },
    });
  });
});

describe("the database itself", () => {
  it("refuses a word of the one who asked, and changes of what was asked or said", async () => {
    const [eli, fay] = [await as(ELI), await as(FAY)];
    await setPolicy(fay, { ...FREE, pairLimitMicros: 0n });
    const jobId = await post(eli, "walls", 2n);
    await approveJob(fay, { jobId });
    const run = (sql: string): Promise<string> => execute(sql).then(() => "done", String);
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
    await declineJob(await as(ADA), { jobId, comment: "no" });
    expect(await run(`UPDATE spending_request SET state = 'committed', month = '2026-11'`)).toMatch(/cannot become/);
  });
});
