import type { Tx } from "@/kernel";
import { available } from "./accounts";
import { selectHoldsOfLot } from "./store";

/** Jobs that still hold money taken from a funding lot, youngest first. */
export async function listHoldsOfLot(tx: Tx, organisationId: string, depositId: string): Promise<string[]> {
  return selectHoldsOfLot(tx, available(organisationId, depositId).id);
}
