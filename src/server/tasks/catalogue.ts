import { z } from "zod";
import type { Context } from "@/kernel";
import { closeDueMonths, issueReceipts, type SellerProfile } from "@/modules/billing";
import { runChain, watchChain, type ChainRail } from "@/modules/escrow";
import {
  handleStripeEvent,
  runAutoTopUps,
  runCall,
  syncPayout,
  syncRefund,
  syncTopUp,
  syncWire,
  type Rails,
} from "@/modules/payments";
import { reconcile } from "@/modules/reconciliation";
import {
  expireApprovals,
  recoverFromHolds,
  resumeSettlement,
  runMarket,
  settleJob,
  endUnfundedJob,
  startFundedJob,
  sweepLeases,
} from "@/modules/settlement";
import { Notice, sendNotice } from "../mail";

/** What a task may use beside its context. */
export interface TaskResources {
  readonly rails: Rails;
  readonly seller: SellerProfile;
  readonly chain: ChainRail | null;
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
const OfWire = one("wireId");
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
  "sync-wire": { run: (ctx, payload, { rails }) => syncWire(ctx, rails, OfWire.parse(payload)) },
  "sync-refund": { run: (ctx, payload, { rails }) => syncRefund(ctx, rails, OfRefund.parse(payload)) },
  "sync-payout": { run: (ctx, payload, { rails }) => syncPayout(ctx, rails, OfPayout.parse(payload)) },
  "start-funded-job": { run: (ctx, payload) => startFundedJob(ctx, OfJob.parse(payload)) },
  "end-unfunded-job": { run: (ctx, payload) => endUnfundedJob(ctx, OfJob.parse(payload)) },
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
  "watch-chain": {
    everyMs: 1_000,
    lockKey: 7_311,
    run: (ctx, _, { chain }) => onChain(chain, (c) => watchChain(ctx, c)),
  },
  "send-transactions": {
    everyMs: 1_000,
    lockKey: 7_312,
    run: (ctx, _, { chain }) => onChain(chain, (c) => runChain(ctx, c)),
  },
  reconcile: { everyMs: 30_000, lockKey: 7_304, run: (ctx, _, { rails, chain }) => reconcile(ctx, rails, chain) },
};

/** Where no chain is set up, there is nothing to do. */
async function onChain(chain: ChainRail | null, run: (chain: ChainRail) => Promise<unknown>): Promise<void> {
  if (chain !== null) await run(chain);
}
