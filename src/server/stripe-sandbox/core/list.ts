import type { z } from "zod";
import { missing } from "./failure";
import type { Created } from "./parameters";

interface PageRequest {
  readonly limit?: number | undefined;
  readonly starting_after?: string | undefined;
  readonly ending_before?: string | undefined;
  readonly created?: z.output<typeof Created> | undefined;
}

/** A list object, newest first, cut by Stripe's cursors. `items` come oldest first. */
export function listed<T extends { readonly id: string }>(url: string, items: readonly T[], page: PageRequest): object {
  const limit = page.limit ?? 10;
  const newest = items.filter((item) => isWithin((item as { created?: number }).created, page.created)).reverse();
  if (page.ending_before !== undefined) {
    const before = newest.slice(0, position(newest, page.ending_before));
    return { object: "list", data: before.slice(-limit), has_more: before.length > limit, url };
  }
  const rest = page.starting_after === undefined ? newest : newest.slice(position(newest, page.starting_after) + 1);
  return { object: "list", data: rest.slice(0, limit), has_more: rest.length > limit, url };
}

function position(items: readonly { readonly id: string }[], id: string): number {
  const index = items.findIndex((item) => item.id === id);
  if (index === -1) throw missing("object", id, "starting_after");
  return index;
}

function isWithin(created: number | undefined, range: PageRequest["created"]): boolean {
  if (range === undefined || created === undefined) return true;
  if (typeof range === "number") return created === range;
  if (range.gt !== undefined && created <= range.gt) return false;
  if (range.gte !== undefined && created < range.gte) return false;
  if (range.lt !== undefined && created >= range.lt) return false;
  return range.lte === undefined || created <= range.lte;
}
