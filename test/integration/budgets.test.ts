import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { readBalance, trialBalance } from "@/modules/ledger";
import { approveJob, cancelJob, readJob } from "@/modules/settlement";
import {
  closeProject,
  readRequest,
  readSpending,
  setPolicy,
  setPurchaseOrder,
  updateProject,
} from "@/modules/spending";
import { ADA, Acme, codeOf, DOLLAR, ELI, FAY, FREE } from "../support/acme";

// A platform with its datasets for every test: slow on a busy machine.
vi.setConfig({ testTimeout: 120_000 });

let acme: Acme;
beforeEach(async () => {
  acme = await Acme.open();
});
afterEach(() => acme.close());

describe("budgets and purchase orders", () => {
  it("hold against 16 approvals at once: what is reserved never exceeds the budget", async () => {
    const [eli, fay, ada] = [await acme.as(ELI), await acme.as(FAY), await acme.as(ADA)];
    const projectId = await acme.project({ month: 25n });
    await setPolicy(fay, { ...FREE, soloLimitMicros: 1n * DOLLAR });
    const jobs: string[] = [];
    for (let index = 0; index < 16; index++) jobs.push(await acme.post(eli, `rush-${index}`, 4n, { projectId }));
    const outcomes = await Promise.all(
      jobs.map((jobId, index) => codeOf(approveJob(index % 2 === 0 ? fay : ada, { jobId }))),
    );
    expect(outcomes.filter((outcome) => outcome === "done")).toHaveLength(6);
    expect(outcomes.filter((outcome) => outcome === "spending/budget-exceeded")).toHaveLength(10);
    expect((await readBalance(fay)).heldMicros).toBe(24n * DOLLAR);
    const view = await readSpending(fay);
    expect(view.projects[0]?.budgets[0]).toMatchObject({ usedMicros: 24n * DOLLAR });
    expect(view.alerts.map(({ percent }) => percent).sort((a, b) => a - b)).toEqual([50, 75, 90]);
    expect((await trialBalance(acme.database.reader)).differences).toEqual([]);
  });

  it("hold against 16 posts at once on one purchase order", async () => {
    const [eli, fay] = [await acme.as(ELI), await acme.as(FAY)];
    const projectId = await acme.project();
    await setPurchaseOrder(fay, { projectId, number: "PO-1", amountMicros: 10n * DOLLAR, closed: false });
    const outcomes = await Promise.all(
      Array.from({ length: 16 }, (_, index) =>
        codeOf(acme.post(eli, `order-${index}`, 3n, { projectId, poNumber: "PO-1" })),
      ),
    );
    expect(outcomes.filter((outcome) => outcome === "spending/purchase-order-exceeded")).toHaveLength(13);
    expect((await readBalance(fay)).heldMicros).toBe(9n * DOLLAR);
    expect((await readSpending(fay)).projects[0]?.purchaseOrders).toMatchObject([{ usedMicros: 9n * DOLLAR }]);
    const around = await codeOf(acme.post(eli, "around-the-project", 3n, { poNumber: "PO-1" }));
    expect(around).toBe("spending/purchase-order-unknown");
  });

  it("one request, approved 16 times at once by two people, is held once", async () => {
    const [eli, fay, ada] = [await acme.as(ELI), await acme.as(FAY), await acme.as(ADA)];
    await setPolicy(fay, { ...FREE, pairLimitMicros: 1n * DOLLAR });
    const jobId = await acme.post(eli, "one", 10n);
    const outcomes = await Promise.all(
      Array.from({ length: 16 }, (_, index) => codeOf(approveJob(index % 2 === 0 ? fay : ada, { jobId }))),
    );
    expect(new Set(outcomes)).toEqual(new Set(["done", "spending/decided"]));
    expect((await readBalance(fay)).heldMicros).toBe(10n * DOLLAR);
    expect((await readRequest(fay, { jobId }))?.decisions).toHaveLength(2);
  });

  it("what a job did not use counts no more once it has ended", async () => {
    const eli = await acme.as(ELI);
    const projectId = await acme.project({ total: 10n });
    const jobId = await acme.post(eli, "first", 10n, { projectId });
    expect(await codeOf(acme.post(eli, "second", 1n, { projectId }))).toBe("spending/budget-exceeded");
    await cancelJob(eli, { jobId });
    expect((await readJob(eli, { jobId })).money).toMatchObject({ heldMicros: 0n, returnedMicros: 10n * DOLLAR });
    expect((await readSpending(eli)).projects[0]?.totalMicros).toBe(0n);
    expect(await acme.state(await acme.post(eli, "third", 10n, { projectId }))).toBe("open");
  });

  it("a project's tags and order are wanted before anything is reserved, and its cost centre goes with the job", async () => {
    const [eli, fay] = [await acme.as(ELI), await acme.as(FAY)];
    const projectId = await acme.project();
    const terms = { name: "Vision", costCentre: "CC-9", requiredTags: ["team"], poRequired: true };
    await updateProject(fay, { projectId, ...terms });
    await setPurchaseOrder(fay, { projectId, number: "PO-2", amountMicros: 50n * DOLLAR, closed: false });
    expect(await codeOf(acme.post(eli, "no-tags", 1n, { projectId }))).toBe("spending/tags-missing");
    expect(await codeOf(acme.post(eli, "no-order", 1n, { projectId, tags: { team: "vision" } }))).toBe(
      "spending/purchase-order-required",
    );
    const jobId = await acme.post(eli, "complete", 1n, { projectId, poNumber: "PO-2", tags: { team: "vision" } });
    expect(await readRequest(eli, { jobId })).toMatchObject({
      state: "committed",
      projectName: "Vision",
      poNumber: "PO-2",
      costCentre: "CC-9",
      tags: { team: "vision" },
    });
    await closeProject(fay, { projectId });
    expect(await codeOf(acme.post(eli, "closed", 1n, { projectId }))).toBe("spending/project-closed");
  });
});
