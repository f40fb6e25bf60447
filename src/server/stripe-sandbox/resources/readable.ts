import { z } from "zod";
import { retrieval } from "../core/retrieval";
import { balanceOf } from "../core/books";
import type { Route } from "../core/call";
import { all, find, idOf } from "../core/call";
import { listed } from "../core/list";
import { Bool, Created, Currency, Metadata, Page, Text, mergedMetadata, read } from "../core/parameters";

const Charges = z.strictObject({
  ...Page,
  created: Created.optional(),
  customer: Text.optional(),
  payment_intent: Text.optional(),
  transfer_group: Text.optional(),
});
const Transactions = z.strictObject({
  ...Page,
  created: Created.optional(),
  currency: Currency.optional(),
  source: Text.optional(),
  type: Text.optional(),
  payout: Text.optional(),
});
const Events = z.strictObject({
  ...Page,
  created: Created.optional(),
  delivery_success: Bool.optional(),
  type: Text.optional(),
  types: z.array(Text).max(20).optional(),
});

/** Charges, balance, balance transactions and events: made by other requests, only read here. */
export const readableRoutes: readonly Route[] = [
  retrieval("/v1/charges/:id", "charges"),
  {
    method: "POST",
    path: "/v1/charges/:id",
    run: (call) => {
      const charge = find(call, "charges", call.path[0] ?? "");
      const input = read(
        call.parameters,
        z.strictObject({ description: z.string().optional(), metadata: Metadata.optional() }),
      );
      charge.description = input.description ?? charge.description;
      charge.metadata = mergedMetadata(charge.metadata, input.metadata);
      return charge;
    },
  },
  {
    method: "GET",
    path: "/v1/charges",
    run: (call) => {
      const page = read(call.parameters, Charges);
      const found = all(call, "charges").filter(
        (charge) =>
          (page.customer === undefined || idOf(charge.customer) === page.customer) &&
          (page.payment_intent === undefined || idOf(charge.payment_intent) === page.payment_intent) &&
          (page.transfer_group === undefined || charge.transfer_group === page.transfer_group),
      );
      return listed("/v1/charges", found, page);
    },
  },
  {
    method: "GET",
    path: "/v1/balance",
    run: (call) => {
      read(call.parameters, z.strictObject({}));
      const part = (name: "available" | "pending") => {
        const amount = balanceOf(call.state, call.owner, name);
        return [{ amount, currency: "usd", source_types: { card: amount } }];
      };
      const isPlatform = call.owner === call.state.platform;
      return {
        object: "balance",
        available: part("available"),
        ...(isPlatform ? { connect_reserved: [{ amount: 0, currency: "usd" }] } : {}),
        livemode: false,
        pending: part("pending"),
      };
    },
  },
  retrieval("/v1/balance_transactions/:id", "balanceTransactions"),
  {
    method: "GET",
    path: "/v1/balance_transactions",
    run: (call) => {
      const page = read(call.parameters, Transactions);
      const found = all(call, "balanceTransactions").filter(
        (transaction) =>
          (page.currency === undefined || transaction.currency === page.currency) &&
          (page.source === undefined || transaction.source === page.source) &&
          (page.type === undefined || transaction.type === page.type),
      );
      return listed("/v1/balance_transactions", found, page);
    },
  },
  retrieval("/v1/events/:id", "events"),
  {
    method: "GET",
    path: "/v1/events",
    run: (call) => {
      const page = read(call.parameters, Events);
      const undelivered = new Set(
        call.state.deliveries.filter(({ status }) => status !== "delivered").map(({ event }) => event),
      );
      const types = page.types ?? (page.type === undefined ? null : [page.type]);
      const found = all(call, "events").filter(
        (event) =>
          (types === null || types.some((type) => matches(type, event.type))) &&
          (page.delivery_success === undefined || page.delivery_success !== undelivered.has(event.id)),
      );
      return listed("/v1/events", found, page);
    },
  },
];

/** A wanted type may end in `.*`. */
function matches(wanted: string, type: string): boolean {
  return wanted.endsWith("*") ? type.startsWith(wanted.slice(0, -1)) : wanted === type;
}
