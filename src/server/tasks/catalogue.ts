import { z } from "zod";
import type { Context } from "@/kernel";
import { closeDueMonths, issueReceipts, type SellerProfile } from "@/modules/billing";
import {
  handleStripeEvent,
  runAutoTopUps,
  runCall,
  syncPayout,
  syncRefund,
  syncTopUp,
  type Rails,
} from "@/modules/payments";
import { reconcile } from "@/modules/reconciliation";
import {
  expireApprovals,
  recoverFromHolds,
  resumeSettlement,
  runMarket,
  settleJob,
  sweepLeases,
} from "@/modules/settlement";
import { Notice, sendNotice } from "../mail";

/** What a task may use beside its context. */
export interface TaskResources {
  readonly rails: Rails;
  readonly seller: SellerProfile;
}

/** A queued task: its payload is checked here, then one verb does the work. */
export interface Task {
  readonly run: (ctx: Context, payload: unknown, resources: TaskResources) => Promise<unknown>;
}

/** A task that every so often runs by itself; one process at a time (advisory lock `lockKey`). */
export interface PeriodicTask extends Task {
  readonly everyMs: number;
  readonly lockKey: number;
}

const one = <K extends string>(key: K) => z.strictObject({ [key]: z.string() } as Record<K, z.ZodString>);
const OfJob = one("jobId");
const OfCall = one("callId");
const OfEvent = one("eventId");
const OfTopUp = one("topUpId");
const OfRefund = one("refundId");
const OfPayout = one("payoutId");
const OfDispute = one("disputeId");

/** Every queued task of the platform by name. */
export const TASKS: Readonly<Record<string, Task>> = {
  "settle-job": { run: (ctx, payload) => settleJob(ctx, OfJob.parse(payload)) },
  "run-market": { run: (ctx) => runMarket(ctx) },
  "send-mail": { run: (_ctx, payload) => sendNotice(Notice.parse(payload)) },
  "stripe-call": { run: (ctx, payload, { rails }) => runCall(ctx, rails, OfCall.parse(payload)) },
  "stripe-event": { run: (ctx, payload, { rails }) => handleStripeEvent(ctx, rails, OfEvent.parse(payload)) },
  "sync-top-up": { run: (ctx, payload, { rails }) => syncTopUp(ctx, rails, OfTopUp.parse(payload)) },
  "sync-refund": { run: (ctx, payload, { rails }) => syncRefund(ctx, rails, OfRefund.parse(payload)) },
  "sync-payout": { run: (ctx, payload, { rails }) => syncPayout(ctx, rails, OfPayout.parse(payload)) },
  "recover-dispute": { run: (ctx, payload) => recoverFromHolds(ctx, OfDispute.parse(payload)) },
};

/**
 * Every periodic task: the batch auction, the sweep that takes work back from silent machines, requests
 * past their time, and what money needs.
 */
export const PERIODIC_TASKS: Readonly<Record<string, PeriodicTask>> = {
  "run-market": { everyMs: 2_000, lockKey: 7_301, run: (ctx) => runMarket(ctx) },
  "expire-approvals": { everyMs: 30_000, lockKey: 7_350, run: (ctx) => expireApprovals(ctx) },
  "sweep-leases": { everyMs: 1_000, lockKey: 7_302, run: (ctx) => sweepLeases(ctx) },
  "issue-receipts": { everyMs: 5_000, lockKey: 7_340, run: (ctx, _, { seller }) => issueReceipts(ctx, seller) },
  "close-months": { everyMs: 3_600_000, lockKey: 7_341, run: (ctx, _, { seller }) => closeDueMonths(ctx, seller) },
  "auto-top-ups": { everyMs: 15_000, lockKey: 7_305, run: (ctx, _, { rails }) => runAutoTopUps(ctx, rails) },
  "resume-settlement": { everyMs: 15_000, lockKey: 7_306, run: (ctx) => resumeSettlement(ctx) },
  reconcile: { everyMs: 30_000, lockKey: 7_304, run: (ctx, _, { rails }) => reconcile(ctx, rails) },
};
