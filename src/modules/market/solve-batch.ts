import type { EngineKind } from "@trainyard/protocol";
import { formatUsd } from "@/kernel";
import { canRun, offersFor } from "./engine-offers";
import { pairForSurplus } from "./matching";
import { askPerPflop, askPerSegment, bidPerPflop, microsPerPflop, perSegment } from "./unit-price";

/** An open order as a batch sees it. */
export interface BatchOrder {
  readonly id: string;
  readonly jobId: string;
  readonly organisationId: string;
  readonly limitMicros: bigint;
  readonly segmentCount: number;
  readonly flopsPerSegment: number;
  readonly memoryBytes: bigint;
  readonly engine: EngineKind;
  readonly excludedMachines: readonly string[];
}

/** A free, live offer as a batch sees it. */
export interface BatchOffer {
  readonly id: string;
  readonly organisationId: string;
  readonly machineId: string;
  readonly numericClass: string;
  readonly floorMicrosPerHour: bigint;
  /** Of native jobs; null where the machine runs none. */
  readonly flopsPerSecond: number | null;
  /** Of exact jobs; null where the machine runs none. */
  readonly exactFlopsPerSecond: number | null;
  readonly memoryBytes: bigint;
}

/** An offer whose machine runs the jobs of the orders it is paired with, and how fast. */
type AbleOffer = BatchOffer & { readonly flopsPerSecond: number };

/** Everything a batch is decided from; orders and offers from the oldest on. */
export interface BatchInput {
  readonly orders: readonly BatchOrder[];
  readonly offers: readonly BatchOffer[];
  readonly feeBps: bigint;
}

export interface Fill {
  readonly orderId: string;
  readonly offerId: string;
  readonly pricePerSegmentMicros: bigint;
  readonly explanation: string;
}
export interface Unfilled {
  readonly orderId: string;
  readonly explanation: string;
}
export interface BatchResult {
  readonly fills: Fill[];
  readonly unfilled: Unfilled[];
}

/**
 * Clears one batch. A machine works at another speed under each engine, so each engine's orders have a book of their own;
 * that of the oldest order clears first, and the next one gets the offers that are left.
 */
export function solveBatch({ orders, offers, feeBps }: BatchInput): BatchResult {
  const fills: Fill[] = [];
  const unfilled: Unfilled[] = [];
  for (const engine of new Set(orders.map((order) => order.engine))) {
    const taken = new Set(fills.map((fill) => fill.offerId));
    const left = offers.filter((offer) => !taken.has(offer.id));
    const ofEngine = orders.filter((order) => order.engine === engine);
    const book = clearBook({ orders: ofEngine, offers: offersFor(engine, left), feeBps });
    fills.push(...book.fills);
    unfilled.push(...book.unfilled);
  }
  return { fills, unfilled };
}

/**
 * Pairs orders of one engine with offers for the greatest surplus, and gives every pair of a numeric class one price per
 * PFLOP, half-way between the class's marginal bid and ask. Nobody pays above the limit or earns below the floor.
 */
function clearBook({ orders, offers, feeBps }: BatchInput): BatchResult {
  const able = offers.filter(canRun);
  const orderById = new Map(orders.map((order) => [order.id, order]));
  const offerById = new Map(able.map((offer) => [offer.id, offer]));
  const bids = orders.map((order, rank) => ({
    id: order.id,
    rank,
    price: bidPerPflop(limitPerSegment(order), order.flopsPerSegment),
  }));
  const asks = able.map((offer, rank) => ({ id: offer.id, rank, price: askPerPflop(offer, feeBps) }));
  const pairs = pairForSurplus(bids, asks, (bid, ask) => {
    const order = orderById.get(bid.id);
    const offer = offerById.get(ask.id);
    return order !== undefined && offer !== undefined && obstacle(order, offer, feeBps) === null;
  });
  const matched = pairs.flatMap((pair) => {
    const [order, offer] = [orderById.get(pair.bid), offerById.get(pair.ask)];
    return order === undefined || offer === undefined ? [] : [{ order, offer }];
  });
  const fills = matched.map(({ order, offer }) => {
    const ofClass = matched.filter((m) => m.offer.numericClass === offer.numericClass);
    return fillOf(order, offer, clearingPrice(ofClass, feeBps), feeBps);
  });
  const filled = new Set(fills.map((fill) => fill.orderId));
  const unfilled = orders
    .filter((o) => !filled.has(o.id))
    .map((o) => ({ orderId: o.id, explanation: explainUnfilled(o, offers, feeBps) }));
  return { fills, unfilled };
}

function limitPerSegment(order: BatchOrder): bigint {
  return order.limitMicros / BigInt(Math.max(1, order.segmentCount));
}

/** Why a pair may not trade; null when it may. */
function obstacle(order: BatchOrder, offer: BatchOffer, feeBps: bigint): string | null {
  if (!canRun(offer)) return order.engine === "exact" ? "run no exact jobs" : "run exact jobs only";
  if (offer.organisationId === order.organisationId) return "belong to your own organisation";
  if (order.excludedMachines.includes(offer.machineId)) return "failed this job before";
  if (offer.memoryBytes < order.memoryBytes) return "have too little memory";
  if (askPerSegment(offer, order.flopsPerSegment, feeBps) > limitPerSegment(order)) return "ask more than your limit";
  return null;
}

/** Half-way between the lowest paired bid and the highest paired ask, per PFLOP in fine units. */
function clearingPrice(pairs: readonly { order: BatchOrder; offer: AbleOffer }[], feeBps: bigint): bigint {
  const bids = pairs.map(({ order }) => bidPerPflop(limitPerSegment(order), order.flopsPerSegment));
  const asks = pairs.map(({ offer }) => askPerPflop(offer, feeBps));
  const lowestBid = bids.reduce((low, bid) => (bid < low ? bid : low));
  const highestAsk = asks.reduce((high, ask) => (ask > high ? ask : high));
  return (lowestBid + highestAsk) / 2n;
}

function fillOf(order: BatchOrder, offer: AbleOffer, price: bigint, feeBps: bigint): Fill {
  const ask = askPerSegment(offer, order.flopsPerSegment, feeBps);
  const limit = limitPerSegment(order);
  const fair = perSegment(price, order.flopsPerSegment);
  // Whole micro-dollars a segment: rounding may leave the band by less than one, never past a limit or a floor.
  const pricePerSegmentMicros = fair < ask ? ask : fair > limit ? limit : fair;
  const explanation =
    `Matched at ${formatUsd(microsPerPflop(price))} per PFLOP, ${formatUsd(pricePerSegmentMicros)} a segment: ` +
    `your limit allows ${formatUsd(limit)}, the machine's floor is ${formatUsd(ask)}.`;
  return { orderId: order.id, offerId: offer.id, pricePerSegmentMicros, explanation };
}

function explainUnfilled(order: BatchOrder, offers: readonly BatchOffer[], feeBps: bigint): string {
  if (offers.length === 0) return "No machine is free and online right now. The order stays open until one is.";
  const reasons = new Map<string, number>();
  for (const offer of offers) {
    const reason = obstacle(order, offer, feeBps) ?? "went to orders with a higher limit";
    reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  }
  const told = [...reasons].map(([reason, count]) => `${count} ${reason}`).join(", ");
  const tooDear = offers
    .filter(canRun)
    .filter((offer) => obstacle(order, offer, feeBps) === "ask more than your limit");
  const asks = tooDear.map((offer) => askPerSegment(offer, order.flopsPerSegment, feeBps) * BigInt(order.segmentCount));
  const cheapest = asks.reduce<bigint | null>((low, ask) => (low === null || ask < low ? ask : low), null);
  const hint = cheapest === null ? "" : ` A limit of ${formatUsd(cheapest)} for the rest of the job would trade.`;
  return `Of ${offers.length} free machines, ${told}.${hint}`;
}
