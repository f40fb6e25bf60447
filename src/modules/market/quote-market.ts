import type { EngineKind } from "@trainyard/protocol";
import { micros, type Micros, type Tx } from "@/kernel";
import { canRun, offersFor } from "./engine-offers";
import { MARKET_FEE_BPS } from "./run-batch";
import { selectOffersForQuote } from "./store";
import { askPerSegment } from "./unit-price";

/** What the market says of work that is not posted yet. Prices for all its segments, floors only: a match may cost more. */
export interface MarketQuote {
  readonly qualifying: number;
  readonly online: number;
  readonly exclusions: { readonly reason: string; readonly count: number }[];
  readonly askPerJobMicros: { readonly low: Micros; readonly likely: Micros; readonly high: Micros } | null;
  readonly fastestSecondsPerJob: number | null;
}

/** Asks every offer about a piece of work: who could run it, at what floor, how fast, and what excludes the others. */
export async function quoteMarket(
  tx: Tx,
  work: {
    organisationId: string;
    flopsPerSegment: number;
    segmentCount: number;
    memoryBytes: bigint;
    engine: EngineKind;
  },
): Promise<MarketQuote> {
  const offers = offersFor(work.engine, await selectOffersForQuote(tx));
  const reasons = new Map<string, number>();
  const able = offers.filter(canRun);
  const unable = offers.length - able.length;
  if (unable > 0) reasons.set(work.engine === "exact" ? "runs no exact jobs" : "runs exact jobs only", unable);
  const qualifying = able.filter((offer) => {
    const reason = exclusion(offer, work);
    if (reason !== null) reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
    return reason === null;
  });
  const busy = qualifying.filter((offer) => offer.busy).length;
  if (busy > 0) reasons.set("is busy with another job and qualifies when it is done", busy);
  const asks = qualifying
    .map((offer) => askPerSegment(offer, work.flopsPerSegment, MARKET_FEE_BPS) * BigInt(work.segmentCount))
    .sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  const [low, likely, high] = [asks[0], asks[Math.floor(asks.length / 2)], asks.at(-1)];
  const fastest = Math.max(0, ...qualifying.map((offer) => offer.flopsPerSecond));
  return {
    qualifying: qualifying.length,
    online: offers.filter((offer) => offer.online).length,
    exclusions: [...reasons].map(([reason, count]) => ({ reason, count })),
    askPerJobMicros:
      low === undefined || likely === undefined || high === undefined
        ? null
        : { low: micros(low), likely: micros(likely), high: micros(high) },
    fastestSecondsPerJob: fastest > 0 ? (work.flopsPerSegment * work.segmentCount) / fastest : null,
  };
}

type QuotedOffer = Awaited<ReturnType<typeof selectOffersForQuote>>[number];

function exclusion(offer: QuotedOffer, work: { organisationId: string; memoryBytes: bigint }): string | null {
  if (offer.organisationId === work.organisationId) return "belongs to your own organisation";
  if (offer.quarantined) return "is off the market after a proven fault";
  if (!offer.active) return "is paused by its provider";
  if (!offer.online) return "is offline";
  if (offer.memoryBytes < work.memoryBytes) return "has too little memory";
  return null;
}
