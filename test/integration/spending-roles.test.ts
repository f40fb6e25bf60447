import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Context, Role } from "@/kernel";
import { listActivity } from "@/modules/identity";
import { approveJob, declineJob } from "@/modules/settlement";
import {
  closeProject,
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
import { ADA, Acme, codeOf, DOLLAR, ELI, FAY, FREE, VIC } from "../support/acme";

// A platform with its datasets for every test: slow on a busy machine.
vi.setConfig({ testTimeout: 120_000 });

let acme: Acme;
beforeEach(async () => {
  acme = await Acme.open();
});
afterEach(() => acme.close());

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
    const projectId = await acme.project();
    const stranger = acme.stranger();
    for (const role of ["viewer", "engineer", "finance", "admin", "owner"] as const)
      expect(await codeOf(verb(await acme.as(ADA, role), projectId)), role).toBe(
        MAY[role] ? "done" : "kernel/forbidden",
      );
    if (verb.length > 1) expect(await codeOf(verb(stranger, projectId))).toBe("kernel/not-found");
  });

  it.each(["approve", "decline"] as const)(
    "a request's %s is for finance, admins and owners of the organisation",
    async (verdict) => {
      const eli = await acme.as(ELI);
      await setPolicy(await acme.as(FAY), { ...FREE, soloLimitMicros: 0n });
      const decide = (ctx: Context, jobId: string): Promise<string> =>
        codeOf(verdict === "approve" ? approveJob(ctx, { jobId }) : declineJob(ctx, { jobId, comment: "no" }));
      for (const role of ["viewer", "engineer", "finance", "admin", "owner"] as const) {
        const jobId = await acme.post(eli, `${verdict}-${role}`, 1n);
        expect(await decide(acme.stranger(), jobId)).toBe("kernel/not-found");
        expect(await decide(await acme.as(VIC, role), jobId), role).toBe(MAY[role] ? "done" : "kernel/forbidden");
      }
    },
  );

  it("everybody may look, nobody into another organisation", async () => {
    const [eli, stranger] = [await acme.as(ELI), acme.stranger()];
    const projectId = await acme.project();
    await setPolicy(await acme.as(FAY), { ...FREE, soloLimitMicros: 0n });
    const jobId = await acme.post(eli, "private", 1n, { projectId });
    for (const email of [ADA, ELI, FAY, VIC]) {
      const ctx = await acme.as(email);
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
    expect(await codeOf(acme.post(stranger, "thief", 1n, { projectId }))).toBe("kernel/not-found");
  });

  it("every change stands in the audit log with what was there before", async () => {
    const fay = await acme.as(FAY);
    const projectId = await acme.project({ month: 5n });
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
