import type Stripe from "stripe";
import { z } from "zod";
import { balanceOf, book } from "../core/books";
import type { Call, Route } from "../core/call";
import { find, idOf, keep } from "../core/call";
import { emit } from "../core/events";
import { invalid } from "../core/failure";
import { listed } from "../core/list";
import { Amount, Metadata, Page, mergedMetadata, read } from "../core/parameters";
import { newId, now } from "../core/state";

/** /v1/transfers/:id/reversals: money that a connected account still has comes back to the platform. */
export const transferReversalRoutes: readonly Route[] = [
  { method: "POST", path: "/v1/transfers/:id/reversals", run: reverse },
  {
    method: "GET",
    path: "/v1/transfers/:id/reversals/:reversal",
    run: (call) => find(call, "reversals", call.path[1] ?? ""),
  },
  {
    method: "GET",
    path: "/v1/transfers/:id/reversals",
    run: (call) => {
      const transfer = find(call, "transfers", call.path[0] ?? "");
      const page = read(call.parameters, z.strictObject(Page));
      return listed(transfer.reversals.url, [...transfer.reversals.data].reverse(), page);
    },
  },
];

function reverse(call: Call): Stripe.TransferReversal {
  const transfer = find(call, "transfers", call.path[0] ?? "");
  const input = read(
    call.parameters,
    z.strictObject({ amount: Amount.optional(), description: z.string().optional(), metadata: Metadata.optional() }),
  );
  const left = transfer.amount - transfer.amount_reversed;
  const amount = input.amount ?? left;
  if (left === 0 || amount > left) {
    throw invalid(`Reversal amount (${amount}) is greater than unreversed amount (${left}).`, undefined, "amount");
  }
  const destination = idOf(transfer.destination) ?? "";
  const has = balanceOf(call.state, destination, "available") + balanceOf(call.state, destination, "pending");
  if (has < amount) {
    throw invalid(
      `The connected account's balance is not enough to reverse ${amount} of ${transfer.id}.`,
      "balance_insufficient",
    );
  }
  const id = newId("trr");
  const { currency } = transfer;
  const category = "transfer_reversal";
  const back = book(call.state, {
    owner: call.owner,
    type: "transfer_refund",
    category,
    source: id,
    currency,
    amount,
  });
  const refund = newId("pyr");
  book(call.state, {
    owner: destination,
    type: "payment_refund",
    category,
    source: refund,
    currency,
    amount: -amount,
  });
  const reversal = {
    id,
    object: "transfer_reversal",
    amount,
    balance_transaction: back.id,
    created: now(call.state),
    currency,
    destination_payment_refund: refund,
    metadata: mergedMetadata({}, input.metadata),
    source_refund: null,
    transfer: transfer.id,
  } satisfies Stripe.TransferReversal;
  keep(call.state, call.owner, "reversals", reversal);
  transfer.amount_reversed += amount;
  transfer.reversed = transfer.amount_reversed === transfer.amount;
  transfer.reversals.data.unshift(reversal);
  emit(call.state, call, "transfer.reversed", transfer);
  return reversal;
}
