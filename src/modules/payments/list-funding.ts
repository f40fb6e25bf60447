import { micros, requireMember, type Context, type Micros } from "@/kernel";
import { selectDisputes, type DisputeRecord } from "./store/disputes";
import { findProfile } from "./store/profiles";
import { selectRefunds, type RefundRecord } from "./store/refunds";
import { selectTopUps } from "./store/top-ups";
import { selectWires, type WireRecord } from "./store/wires";
import { topUpView, type TopUpView } from "./top-up-view";

const PAGE = 50;

export interface RefundView {
  readonly id: string;
  readonly amountMicros: Micros;
  readonly state: RefundRecord["state"];
  readonly reason: string;
  readonly failure: string | null;
  readonly createdAt: Date;
  readonly endedAt: Date | null;
}

export interface DisputeView {
  readonly id: string;
  readonly amountMicros: Micros;
  readonly status: DisputeRecord["status"];
  readonly reason: string;
  readonly recoveredMicros: Micros;
  readonly openedAt: Date;
  readonly evidenceDueAt: Date | null;
  readonly closedAt: Date | null;
}

/** A bank transfer into the organisation's virtual account. */
export interface WireView {
  readonly id: string;
  readonly amountMicros: Micros;
  readonly state: WireRecord["state"];
  readonly senderName: string | null;
  readonly reference: string | null;
  readonly failure: string | null;
  readonly receivedAt: Date;
}

/** How money came into an organisation's balance and went back, newest first. */
export interface Funding {
  readonly topUps: readonly TopUpView[];
  readonly wires: readonly WireView[];
  readonly refunds: readonly RefundView[];
  readonly disputes: readonly DisputeView[];
  /** Why the organisation cannot post jobs at the moment. */
  readonly frozenReason: string | null;
}

/** The funding of the actor's organisation. */
export async function listFunding(ctx: Context): Promise<Funding> {
  const { organisationId } = requireMember(ctx.actor);
  const tx = ctx.database.reader;
  const [topUps, wires, refunds, disputes, profile] = await Promise.all([
    selectTopUps(tx, organisationId, PAGE),
    selectWires(tx, organisationId, PAGE),
    selectRefunds(tx, organisationId, PAGE),
    selectDisputes(tx, organisationId),
    findProfile(tx, organisationId),
  ]);
  return {
    topUps: topUps.map(topUpView),
    wires: wires.map(({ id, amountMicros, state, senderName, reference, failure, receivedAt }) => ({
      ...{ id, state, senderName, reference, failure, receivedAt },
      amountMicros: micros(amountMicros),
    })),
    refunds: refunds.map(({ id, amountMicros, state, reason, failure, createdAt, endedAt }) => ({
      ...{ id, state, reason, failure, createdAt, endedAt },
      amountMicros: micros(amountMicros),
    })),
    disputes: disputes.map(
      ({ id, amountMicros, status, reason, recoveredMicros, openedAt, evidenceDueAt, closedAt }) => ({
        ...{ id, status, reason, openedAt, evidenceDueAt, closedAt },
        amountMicros: micros(amountMicros),
        recoveredMicros: micros(recoveredMicros),
      }),
    ),
    frozenReason: profile?.frozenReason ?? null,
  };
}
