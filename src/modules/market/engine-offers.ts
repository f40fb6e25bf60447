import { EXACT_CLASS, type EngineKind } from "@trainyard/protocol";

interface EngineSpeeds {
  readonly numericClass: string;
  /** Of native jobs; null where the machine runs none. */
  readonly flopsPerSecond: number | null;
  /** Of exact jobs; null where the machine runs none. */
  readonly exactFlopsPerSecond: number | null;
}

/** Offers as orders of an engine see them: exact work is of one class on all machines, and each has its own speed at it. */
export function offersFor<O extends EngineSpeeds>(engine: EngineKind, offers: readonly O[]): O[] {
  if (engine !== "exact") return [...offers];
  return offers.map((offer) => ({ ...offer, numericClass: EXACT_CLASS, flopsPerSecond: offer.exactFlopsPerSecond }));
}

/** Whether an offer, as orders of an engine see it, is of a machine that runs their jobs. */
export function canRun<O extends { readonly flopsPerSecond: number | null }>(
  offer: O,
): offer is O & { readonly flopsPerSecond: number } {
  return offer.flopsPerSecond !== null;
}
