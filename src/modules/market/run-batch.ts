import { newId, type Context, type Tx } from "@/kernel";
import { solveBatch, type BatchInput, type BatchResult } from "./solve-batch";
import * as store from "./store";

/** The platform's fee that asks are grossed up by; the ledger splits by the same figure. */
export const MARKET_FEE_BPS = 1_500n;

export interface MatchedFill {
  readonly jobId: string;
  readonly matchId: string;
  readonly machineId: string;
  readonly providerId: string;
  readonly pricePerSegmentMicros: bigint;
  readonly explanation: string;
}

/** Clears one batch of open orders against free offers, stores it and makes its matches. Both sides learn why. */
export async function runBatch(
  ctx: Context,
  tx: Tx,
): Promise<{ fills: MatchedFill[]; unfilled: { jobId: string; explanation: string }[] }> {
  await store.lockMarket(tx);
  const orders = await store.selectOpenOrders(tx);
  if (orders.length === 0) return { fills: [], unfilled: [] };
  const input: BatchInput = { orders, offers: await store.selectFreeOffers(tx), feeBps: MARKET_FEE_BPS };
  const result = solveBatch(input);
  const batchId = await storeBatch(tx, input, result);
  const jobOf = new Map(orders.map((order) => [order.id, order.jobId]));
  const fills: MatchedFill[] = [];
  for (const fill of result.fills) {
    const offer = input.offers.find((candidate) => candidate.id === fill.offerId);
    const jobId = jobOf.get(fill.orderId);
    if (offer === undefined || jobId === undefined || batchId === null) continue;
    const { machineId, organisationId: providerId } = offer;
    const id = newId("match", ctx.clock.now().getTime());
    await store.insertMatch(tx, { id, ...fill, jobId, machineId, providerId, batchId });
    const { pricePerSegmentMicros, explanation } = fill;
    fills.push({ jobId, matchId: id, machineId, providerId, pricePerSegmentMicros, explanation });
  }
  const unfilled = result.unfilled.map(({ orderId, explanation }) => ({
    jobId: jobOf.get(orderId) ?? "",
    explanation,
  }));
  return { fills, unfilled };
}

/** Stores a batch that traded, or that differs from the last one: waiting orders do not write the same row for ever. */
async function storeBatch(tx: Tx, input: BatchInput, result: BatchResult): Promise<bigint | null> {
  const [inputJson, fillsJson] = [plain(input), plain(result.fills)];
  if (result.fills.length === 0) {
    const last = await store.latestBatch(tx);
    if (last !== null && stable(last.input) === stable(inputJson)) return null;
  }
  return store.insertBatch(tx, inputJson, fillsJson);
}

/** Solves a stored batch again; true when it gives the very fills that were stored. */
export async function replayBatch(tx: Tx, id: bigint): Promise<boolean | null> {
  const batch = await store.findBatch(tx, id);
  if (batch === null) return null;
  const input = revive(batch.input) as BatchInput;
  return stable(plain(solveBatch(input).fills)) === stable(batch.fills);
}

/** Bigints as {"$": "123"}, so that a batch survives JSON exactly. */
function plain(value: unknown): object {
  return JSON.parse(
    JSON.stringify(value, (_key, v: unknown) => (typeof v === "bigint" ? { $: String(v) } : v)),
  ) as object;
}

function revive(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value), (_key, v: unknown) => {
    const marked = typeof v === "object" && v !== null && "$" in v ? v.$ : undefined;
    return typeof marked === "string" ? BigInt(marked) : v;
  });
}

/** JSON with sorted keys: PostgreSQL's jsonb does not keep their order. */
function stable(value: unknown): string {
  return JSON.stringify(value, (_key, v: unknown) =>
    typeof v === "object" && v !== null && !Array.isArray(v)
      ? Object.fromEntries(Object.entries(v).sort(([a], [b]) => (a < b ? -1 : 1)))
      : v,
  );
}
