import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Context } from "@/kernel";
import { listJobs } from "@/modules/jobs";
import { readBalance } from "@/modules/ledger";
import { postJob } from "@/modules/settlement";
import { createProject, readSpending } from "@/modules/spending";
import { Platform } from "../support/platform";

const DOLLAR = 1_000_000n;
const ASKED = {
  source: { kind: "template" as const, template: "mnist-mlp" as const },
  training: { totalSteps: 200, learningRate: 0.002 },
  name: "Digits",
  limitMicros: 5n * DOLLAR,
  tags: { team: "vision", stage: "trial" },
  idempotencyKey: "one-intention",
};

let platform: Platform;
let engineer: Context;

describe("a job's idempotency key", { timeout: 60_000 }, () => {
  beforeEach(async () => {
    platform = await Platform.open({ tasks: false });
    engineer = platform.as("buyer", "engineer");
  });
  afterEach(() => platform.close());

  it("makes one job of eight posts at the same time, and its limit is held once", async () => {
    const posted = await Promise.all(Array.from({ length: 8 }, () => postJob(engineer, ASKED)));
    const jobs = await listJobs(engineer, {});
    expect(jobs).toHaveLength(1);
    expect(new Set(posted.map(({ jobId }) => jobId))).toEqual(new Set([jobs[0]?.id]));
    expect((await readBalance(engineer)).heldMicros).toBe(5n * DOLLAR);
  });

  it("answers the same job when the same is asked again, in whatever order it is written", async () => {
    const first = await postJob(engineer, ASKED);
    const again = { ...ASKED, rail: "balance" as const, tags: { stage: "trial", team: "vision" } };
    expect(await postJob(engineer, again)).toEqual(first);
  });

  it("is refused for anything else, at once or later, and the first job stays as it is", async () => {
    const terms = { name: "Vision", costCentre: null, requiredTags: [], poRequired: false };
    const { projectId } = await createProject(platform.as("buyer"), terms);
    await postJob(engineer, ASKED);
    const others: Partial<Parameters<typeof postJob>[1]>[] = [
      { rail: "usdc" },
      { source: { kind: "template", template: "mnist-cnn" } },
      { training: { totalSteps: 200, learningRate: 0.003 } },
      { name: "Other digits" },
      { limitMicros: 6n * DOLLAR },
      { projectId },
      { costCentre: "CC-1" },
      { tags: { team: "vision" } },
    ];
    for (const other of others)
      await expect(postJob(engineer, { ...ASKED, ...other }), JSON.stringify(Object.keys(other))).rejects.toMatchObject(
        {
          code: "jobs/idempotency-mismatch",
          message: expect.stringContaining("was used for another job") as string,
        },
      );
    const rivals = [ASKED, { ...ASKED, rail: "usdc" as const }].map((asked) =>
      postJob(engineer, { ...asked, idempotencyKey: "two-intentions" }),
    );
    const refused = (await Promise.allSettled(rivals)).filter(({ status }) => status === "rejected");
    expect(refused).toMatchObject([{ reason: { code: "jobs/idempotency-mismatch" } }]);
    expect(await listJobs(engineer, {})).toHaveLength(2);
    expect((await readSpending(engineer)).projects[0]?.totalMicros).toBe(0n);
  });
});
