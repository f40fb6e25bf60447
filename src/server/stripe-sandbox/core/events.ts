import type Stripe from "stripe";
import { keep } from "./call";
import { strike } from "./chaos";
import type { State } from "./state";
import { newId, now, nowMs } from "./state";

/** The API version that the sandbox speaks: that of the stripe package it is typed with. */
export const API_VERSION = "2026-10-28.endive";

/** Who caused an event. */
export interface Cause {
  readonly owner: string;
  readonly requestId: string | null;
  readonly idempotencyKey: string | null;
}

/** Records an event with the object as it is now, and queues it for every endpoint that listens. */
export function emit(state: State, cause: Cause, type: string, object: object): void {
  record(state, cause, type, object);
  if (strike(state.chaos, "unknownEvents")) record(state, cause, "sandbox.surprise.created", { object: "surprise" });
}

/** An event that the clock caused, not a request. */
export function byItself(owner: string): Cause {
  return { owner, requestId: null, idempotencyKey: null };
}

/** Whether an endpoint wants events of this type from this account. */
function isListening(state: State, endpoint: Stripe.WebhookEndpoint, owner: string, type: string): boolean {
  const connect = state.secrets[endpoint.id]?.connect ?? false;
  if (endpoint.status !== "enabled" || connect !== (owner !== state.platform)) return false;
  return endpoint.enabled_events.some((wanted) => wanted === "*" || wanted === type);
}

function record(state: State, cause: Cause, type: string, object: object): void {
  const listening = Object.values(state.tables.webhookEndpoints).filter(({ body }) =>
    isListening(state, body, cause.owner, type),
  );
  const event = {
    id: newId("evt"),
    object: "event",
    ...(cause.owner === state.platform ? {} : { account: cause.owner }),
    api_version: API_VERSION,
    created: now(state),
    data: { object: structuredClone(object) },
    livemode: false,
    pending_webhooks: listening.length,
    request: { id: cause.requestId, idempotency_key: cause.idempotencyKey },
    type,
  };
  keep(state, cause.owner, "events", event as Stripe.Event);
  for (const { body } of listening) queue(state, event.id, body.id);
}

function queue(state: State, event: string, endpoint: string): void {
  const { chaos } = state;
  const lost = strike(chaos, "lose", chaos.path);
  const dueMs = nowMs(state) + chaos.lateSeconds * 1_000 + (chaos.reorder ? 250 : 0);
  for (let copy = 0; copy <= chaos.duplicate; copy += 1) {
    const status = lost ? "lost" : "waiting";
    state.deliveries.push({ id: newId("del"), event, endpoint, attempts: 0, dueMs, status, lastStatus: null });
  }
}
