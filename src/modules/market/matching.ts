/** The batch auction's core: pure, deterministic, no clock, no I/O, no randomness. Prices are bigints in fine units. */
export interface Bid {
  readonly id: string;
  /** Highest unit price the buyer pays. */
  readonly price: bigint;
  /** Earlier comes first among equals. */
  readonly rank: number;
}
export interface AskSide {
  readonly id: string;
  /** Lowest unit price the provider takes. */
  readonly price: bigint;
  readonly rank: number;
}
export interface Pair {
  readonly bid: string;
  readonly ask: string;
}

/**
 * Pairs bids with asks so that total surplus, sum of (bid - ask), is greatest among all pairings that one uniform price
 * supports (every paired bid at or above it, every paired ask at or below). `feasible` says which pairs may trade at all.
 *
 * For each candidate price the bids at or above it are added from the highest down, each along the augmenting path that
 * ends at the cheapest free ask: with costs on vertices only, this successive-shortest-path step keeps the pairing
 * optimal (Mendelsohn and Dulmage 1958). Cost: candidates x bids x edges; ties go to the older, then to the smaller id.
 */
export function pairForSurplus(
  bids: readonly Bid[],
  asks: readonly AskSide[],
  feasible: (bid: Bid, ask: AskSide) => boolean,
): Pair[] {
  const highFirst = [...bids].sort((a, b) => compare(b.price, a.price) || a.rank - b.rank || compareText(a.id, b.id));
  const lowFirst = [...asks].sort((a, b) => compare(a.price, b.price) || a.rank - b.rank || compareText(a.id, b.id));
  const candidates = [...new Set([...asks.map((ask) => ask.price), ...bids.map((bid) => bid.price)])].sort(compare);
  let best: { pairs: [Bid, AskSide][]; surplus: bigint } = { pairs: [], surplus: -1n };
  for (const price of candidates) {
    const pairs = pairAt(
      highFirst.filter((bid) => bid.price >= price),
      lowFirst.filter((ask) => ask.price <= price),
      feasible,
    );
    const surplus = pairs.reduce((sum, [bid, ask]) => sum + bid.price - ask.price, 0n);
    if (surplus > best.surplus || (surplus === best.surplus && pairs.length > best.pairs.length))
      best = { pairs, surplus };
  }
  return best.pairs.map(([bid, ask]) => ({ bid: bid.id, ask: ask.id }));
}

/** Largest pairing by bids from the highest down, cheapest asks first. */
function pairAt(
  bids: readonly Bid[],
  asks: readonly AskSide[],
  feasible: (bid: Bid, ask: AskSide) => boolean,
): [Bid, AskSide][] {
  const takenBy = new Map<AskSide, Bid>();
  for (const bid of bids) augment(bid, asks, takenBy, feasible);
  return [...takenBy].map(([ask, bid]): [Bid, AskSide] => [bid, ask]).sort(([a], [b]) => compareText(a.id, b.id));
}

/** Breadth-first over alternating paths from a free bid; flips the one that ends at the cheapest free ask, if any. */
function augment(
  start: Bid,
  asks: readonly AskSide[],
  takenBy: Map<AskSide, Bid>,
  feasible: (bid: Bid, ask: AskSide) => boolean,
): void {
  const reachedFrom = new Map<AskSide, { bid: Bid; previous: AskSide | null }>();
  const queue: { bid: Bid; through: AskSide | null }[] = [{ bid: start, through: null }];
  for (let step = queue.shift(); step !== undefined; step = queue.shift())
    for (const ask of asks) {
      if (reachedFrom.has(ask) || !feasible(step.bid, ask)) continue;
      reachedFrom.set(ask, { bid: step.bid, previous: step.through });
      const holder = takenBy.get(ask);
      if (holder !== undefined) queue.push({ bid: holder, through: ask });
    }
  let end: AskSide | null = asks.find((ask) => reachedFrom.has(ask) && !takenBy.has(ask)) ?? null;
  while (end !== null) {
    const step = reachedFrom.get(end);
    if (step === undefined) return;
    takenBy.set(end, step.bid);
    end = step.previous;
  }
}

function compare(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
