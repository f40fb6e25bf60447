import { z } from "zod";
import type { Context } from "@/kernel";
import { expireApprovals, runMarket, settleJob, sweepLeases } from "@/modules/settlement";
import { Notice, sendNotice } from "../mail";

/** A queued task: its payload is checked here, then one verb does the work. */
export interface Task {
  readonly run: (ctx: Context, payload: unknown) => Promise<unknown>;
}

/** A task that every so often runs by itself; one process at a time (advisory lock `lockKey`). */
export interface PeriodicTask extends Task {
  readonly everyMs: number;
  readonly lockKey: number;
}

const SettleJobPayload = z.strictObject({ jobId: z.string() });

/** Every queued task of the platform by name. */
export const TASKS: Readonly<Record<string, Task>> = {
  "settle-job": { run: (ctx, payload) => settleJob(ctx, SettleJobPayload.parse(payload)) },
  "run-market": { run: (ctx) => runMarket(ctx) },
  "send-mail": { run: (_ctx, payload) => sendNotice(Notice.parse(payload)) },
};

/** Every periodic task: the batch auction, the sweep that takes work back from silent machines, requests past their time. */
export const PERIODIC_TASKS: Readonly<Record<string, PeriodicTask>> = {
  "run-market": { everyMs: 2_000, lockKey: 7_301, run: (ctx) => runMarket(ctx) },
  "expire-approvals": { everyMs: 30_000, lockKey: 7_350, run: (ctx) => expireApprovals(ctx) },
  "sweep-leases": { everyMs: 1_000, lockKey: 7_302, run: (ctx) => sweepLeases(ctx) },
};
