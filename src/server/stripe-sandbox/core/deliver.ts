import { createHmac } from "node:crypto";
import type { Delivery, State } from "./state";
import { now, nowMs } from "./state";

/** Seconds from one attempt to the next; after the last the delivery has failed, three days in. */
const BACKOFF_SECONDS = [1, 5, 30, 300, 1_800, 7_200, 18_000, 36_000, 36_000, 36_000, 36_000, 36_000, 36_000];
const ANSWER_WITHIN_MS = 20_000;

/** Sends queued webhooks when they are due, and again after a failure. */
export interface Deliverer {
  /** Looks at the queue now and sets the next alarm. */
  wake(): void;
  stop(): Promise<void>;
}

/** Starts delivering. `save` is called after every attempt. */
export function startDeliverer(state: State, save: () => void): Deliverer {
  let alarm: NodeJS.Timeout | undefined;
  let stopped = false;
  const flying = new Map<string, Promise<void>>();

  const wake = (): void => {
    if (stopped) return;
    clearTimeout(alarm);
    const waiting = state.deliveries.filter(({ id, status }) => status === "waiting" && !flying.has(id));
    const due = waiting.filter(({ dueMs }) => dueMs <= nowMs(state));
    for (const delivery of state.chaos.reorder ? due.reverse() : due) {
      const attempt = send(state, delivery).then(() => {
        flying.delete(delivery.id);
        if (stopped) return;
        save();
        wake();
      });
      flying.set(delivery.id, attempt);
    }
    const later = waiting.filter(({ dueMs }) => dueMs > nowMs(state)).map(({ dueMs }) => dueMs - nowMs(state));
    if (later.length > 0) alarm = setTimeout(wake, Math.min(60_000, Math.max(5, Math.min(...later))));
  };

  const stop = async (): Promise<void> => {
    clearTimeout(alarm);
    stopped = true;
    await Promise.all(flying.values());
    save();
  };
  return { wake, stop };
}

async function send(state: State, delivery: Delivery): Promise<void> {
  const endpoint = state.tables.webhookEndpoints[delivery.endpoint]?.body;
  const event = state.tables.events[delivery.event]?.body;
  if (endpoint === undefined || event === undefined) {
    delivery.status = "failed";
    return;
  }
  const payload = JSON.stringify(event, null, 2);
  const status = await post(endpoint.url, payload, signature(state, endpoint.id, payload));
  delivery.attempts += 1;
  delivery.lastStatus = status;
  if (status !== null && status >= 200 && status < 300) {
    delivery.status = "delivered";
    event.pending_webhooks = Math.max(0, event.pending_webhooks - 1);
    return;
  }
  const pause = BACKOFF_SECONDS[delivery.attempts - 1];
  if (pause === undefined) delivery.status = "failed";
  else delivery.dueMs = nowMs(state) + pause * 1_000;
}

async function post(url: string, body: string, header: string): Promise<number | null> {
  try {
    const response = await fetch(url, {
      method: "POST",
      body,
      redirect: "manual",
      headers: { "content-type": "application/json; charset=utf-8", "stripe-signature": header },
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
    await response.arrayBuffer();
    return response.status;
  } catch {
    // No answer at all counts as a failed attempt, as at Stripe.
    return null;
  }
}

/** The Stripe-Signature header: the time, and one `v1` for every secret that is valid now. */
function signature(state: State, endpoint: string, payload: string): string {
  const secrets = state.secrets[endpoint];
  const previous = secrets?.previous ?? null;
  const current = secrets?.current ?? "";
  const isRolling = previous !== null && (secrets?.previousUntilMs ?? 0) > nowMs(state);
  const old = state.chaos.signWithOldSecret ? [previous ?? "whsec_wrong"] : null;
  const valid = old ?? (isRolling ? [current, previous] : [current]);
  // Receivers compare with their own clock, so a signature carries real time.
  const time = now(state) - Math.floor(state.clockOffsetMs / 1_000);
  const marks = valid.map((secret) => `v1=${createHmac("sha256", secret).update(`${time}.${payload}`).digest("hex")}`);
  return [`t=${time}`, ...marks].join(",");
}
