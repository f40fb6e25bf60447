import { micros, type Context, type MemberActor } from "@/kernel";
import { ensureDemoOrganisations } from "@/modules/identity";
import { lockPayable, openHold, postSegment } from "@/modules/ledger";
import {
  depositSandbox,
  readBankAccount,
  readTopUp,
  requestPayout,
  requestRefund,
  runAutoTopUps,
  setAutoTopUp,
  startOnboarding,
  startTopUp,
  type TopUpView,
} from "@/modules/payments";
import type { Services } from "@/server/services";

const DOLLARS = 1_000_000n;
const DAY_SECONDS = 86_400;

/** What a story can use: the platform's verbs as two organisations, the outside world, and the passing of time. */
export interface Stage {
  readonly services: Services;
  readonly buyer: Context;
  readonly provider: Context;
  readonly system: Context;
  /** Works off what is queued, and lets webhooks arrive. */
  readonly settle: () => Promise<void>;
  /** Lets time go by, here and at Stripe. */
  readonly pass: (seconds: number) => Promise<void>;
  readonly control: <T>(path: string, body: object) => Promise<T>;
  readonly submit: (url: string, form: Readonly<Record<string, string>>) => Promise<void>;
}

/** A flow of money: what must have happened before, and what may be cut anywhere and told again. */
interface Story {
  before(stage: Stage): Promise<void>;
  tell(stage: Stage): Promise<void>;
}

export async function openStage(services: Services): Promise<Pick<Stage, "buyer" | "provider" | "system">> {
  const system = services.contextFor({ kind: "system", task: "test" });
  const demo = await ensureDemoOrganisations(system);
  const as = (key: "buyer" | "northwind"): Context => {
    const { organisationId, ownerId } = demo[key];
    const owner: MemberActor = { kind: "member", userId: ownerId, organisationId, role: "owner" };
    return services.contextFor(owner);
  };
  return { buyer: as("buyer"), provider: as("northwind"), system };
}

const nothing = (): Promise<void> => Promise.resolve();

/** Pays a top-up on its hosted page unless that is done. */
async function topUp({ services, buyer, submit, settle }: Stage, key: string, dollars: bigint): Promise<TopUpView> {
  const { rails } = services;
  const input = { amountMicros: dollars * DOLLARS, method: "card" as const, idempotencyKey: key };
  let view = await startTopUp(buyer, rails, input);
  for (let look = 0; view.state === "open" && look < 20; look++) {
    if (view.url !== null) await submit(view.url, { method: "card", number: "4242424242424242" });
    await settle();
    view = await readTopUp(buyer, rails, { topUpId: view.id });
  }
  return view;
}

async function earn({ services, buyer, provider }: Stage, dollars: bigint): Promise<void> {
  const amount = micros(dollars * DOLLARS);
  await depositSandbox(buyer, services.rails, { amountMicros: amount, idempotencyKey: "story-earn" });
  const organisationOf = ({ actor }: Context): string => (actor.kind === "system" ? "" : actor.organisationId);
  const hold = { jobId: "job_story", organisationId: organisationOf(buyer), amount };
  const posting = { segmentId: "seg_story", jobId: "job_story", providerId: organisationOf(provider) };
  const { database } = services;
  if (!(await isEarned(provider))) await database.transaction((tx) => openHold(tx, hold));
  await database.transaction((tx) => postSegment(tx, { ...posting, price: amount, asset: "USD" }));
}

async function isEarned({ database, actor }: Context): Promise<boolean> {
  const organisationId = actor.kind === "system" ? "" : actor.organisationId;
  return (await database.transaction((tx) => lockPayable(tx, organisationId, new Date(0)))) > 0n;
}

async function onboard(stage: Stage): Promise<void> {
  const { url } = await startOnboarding(stage.provider, stage.services.rails);
  await stage.submit(url, { outcome: "complete" });
  await stage.settle();
}

async function readyToPayOut(stage: Stage): Promise<void> {
  await topUp(stage, "story-float", 100n);
  await stage.pass(3 * DAY_SECONDS);
  await earn(stage, 20n);
  await onboard(stage);
}

const payOut = (stage: Stage) =>
  requestPayout(stage.provider, stage.services.rails, {
    amountMicros: 10n * DOLLARS,
    idempotencyKey: "story-payout",
  });

/** A wire to the buyer's virtual account, unless one has come in. */
async function wireOnce({ services }: Stage, dollars: number): Promise<void> {
  const client = services.rails.stripe?.client;
  const customer = (await client?.customers.list({ limit: 1 }))?.data[0]?.id ?? "";
  const seen = (await client?.customers.listCashBalanceTransactions(customer, { limit: 1 }))?.data ?? [];
  if (seen.length > 0) return;
  const wire = { amount: dollars * 100, currency: "usd", reference: "Story" };
  await client?.testHelpers.customers.fundCashBalance(customer, wire);
}

/** The id of the newest thing of a kind at Stripe. */
async function newest(stage: Stage, kind: "charges" | "payouts"): Promise<string | null> {
  const { stripe } = stage.services.rails;
  if (stripe === null) return null;
  if (kind === "charges") {
    const [intent] = (await stripe.client.paymentIntents.list({ limit: 1 })).data;
    return typeof intent?.latest_charge === "string" ? intent.latest_charge : null;
  }
  const [account] = (await stripe.client.accounts.list({ limit: 1 })).data;
  const stripeAccount = account?.id ?? "";
  const [payout] = (await stripe.client.payouts.list({ limit: 1 }, { stripeAccount })).data;
  return payout === undefined || payout.status === "failed" ? null : payout.id;
}

async function disputeOnce(stage: Stage): Promise<string> {
  const list = (await stage.services.rails.stripe?.client.disputes.list({ limit: 1 }))?.data ?? [];
  if (list[0] !== undefined) return list[0].id;
  const charge = await newest(stage, "charges");
  return (await stage.control<{ id: string }>("/_disputes", { charge })).id;
}

export const STORIES: Readonly<Record<string, Story>> = {
  "top-up": { before: nothing, tell: async (stage) => void (await topUp(stage, "story-top-up", 50n)) },
  refund: {
    before: async (stage) => void (await topUp(stage, "story-top-up", 50n)),
    tell: async (stage) => {
      const input = { amountMicros: 20n * DOLLARS, reason: "Story.", idempotencyKey: "story-refund" };
      await requestRefund(stage.buyer, stage.services.rails, input);
      await stage.settle();
    },
  },
  payout: {
    before: async (stage) => {
      await topUp(stage, "story-float", 100n);
      await stage.pass(3 * DAY_SECONDS);
      await earn(stage, 20n);
    },
    tell: async (stage) => {
      await onboard(stage);
      await payOut(stage);
      await stage.settle();
      await stage.pass(3 * DAY_SECONDS);
      await stage.settle();
    },
  },
  "payout-returned": {
    before: readyToPayOut,
    tell: async (stage) => {
      await payOut(stage);
      await stage.settle();
      const payout = await newest(stage, "payouts");
      if (payout !== null) await stage.control("/_payouts/fail", { payout });
      await stage.settle();
    },
  },
  "bank-transfer": {
    before: async (stage) => void (await readBankAccount(stage.buyer, stage.services.rails)),
    tell: async (stage) => {
      await wireOnce(stage, 500);
      await stage.settle();
    },
  },
  dispute: {
    before: async (stage) => void (await topUp(stage, "story-top-up", 50n)),
    tell: async (stage) => {
      const dispute = await disputeOnce(stage);
      await stage.settle();
      await stage.control("/_disputes/close", { dispute, outcome: "won" }).catch(() => undefined);
      await stage.settle();
    },
  },
  "automatic-top-up": {
    before: async (stage) => {
      await topUp(stage, "story-top-up", 50n);
      await setAutoTopUp(stage.buyer, {
        enabled: true,
        belowMicros: 60n * DOLLARS,
        amountMicros: 25n * DOLLARS,
        monthlyMaxMicros: 30n * DOLLARS,
      });
    },
    tell: async (stage) => {
      await runAutoTopUps(stage.system, stage.services.rails);
      await stage.settle();
    },
  },
};
