import type Stripe from "stripe";
import { z } from "zod";
import { retrieval } from "../core/retrieval";
import { balanceOf, book } from "../core/books";
import type { Call, Route } from "../core/call";
import { all, find, idOf, keep } from "../core/call";
import { emit } from "../core/events";
import { invalid, missing } from "../core/failure";
import { listed } from "../core/list";
import { Amount, Created, Currency, Metadata, Page, Text, mergedMetadata, read } from "../core/parameters";
import { newId, now } from "../core/state";

const Create = z.strictObject({
  amount: Amount,
  currency: Currency,
  description: z.string().optional(),
  destination: Text,
  metadata: Metadata.optional(),
  source_transaction: Text.optional(),
  source_type: z.literal("card").optional(),
  transfer_group: Text.optional(),
});
const List = z.strictObject({
  ...Page,
  created: Created.optional(),
  destination: Text.optional(),
  transfer_group: Text.optional(),
});

/** /v1/transfers: from the platform's balance to a connected account's. */
export const transferRoutes: readonly Route[] = [
  { method: "POST", path: "/v1/transfers", run: createTransfer },
  retrieval("/v1/transfers/:id", "transfers"),
  {
    method: "POST",
    path: "/v1/transfers/:id",
    run: (call) => {
      const transfer = find(call, "transfers", call.path[0] ?? "");
      const input = read(
        call.parameters,
        z.strictObject({ description: z.string().optional(), metadata: Metadata.optional() }),
      );
      transfer.description = input.description ?? transfer.description;
      transfer.metadata = mergedMetadata(transfer.metadata, input.metadata);
      emit(call.state, call, "transfer.updated", transfer);
      return transfer;
    },
  },
  {
    method: "GET",
    path: "/v1/transfers",
    run: (call) => {
      const page = read(call.parameters, List);
      const found = all(call, "transfers").filter(
        (transfer) =>
          (page.destination === undefined || idOf(transfer.destination) === page.destination) &&
          (page.transfer_group === undefined || transfer.transfer_group === page.transfer_group),
      );
      return listed("/v1/transfers", found, page);
    },
  },
];

function createTransfer(call: Call): Stripe.Transfer {
  const input = read(call.parameters, Create);
  const account = call.state.tables.accounts[input.destination]?.body;
  if (account === undefined) throw missing("destination", input.destination, "destination");
  if (account.capabilities?.transfers !== "active") {
    throw invalid(
      "Your destination account needs to have at least one of the following capabilities enabled: transfers",
      "insufficient_capabilities_for_transfer",
    );
  }
  const delaySeconds = waitFor(call, input);
  const id = newId("tr");
  const payment = newId("py");
  const { amount, currency } = input;
  const common = { currency, delaySeconds, description: input.description ?? null };
  const out = book(call.state, {
    ...common,
    owner: call.owner,
    type: "transfer",
    category: "transfer",
    source: id,
    amount: -amount,
  });
  book(call.state, { ...common, owner: account.id, type: "payment", category: "transfer", source: payment, amount });
  const transfer = {
    id,
    object: "transfer",
    amount,
    amount_reversed: 0,
    balance_transaction: out.id,
    created: now(call.state),
    currency,
    description: input.description ?? null,
    destination: account.id,
    destination_payment: payment,
    livemode: false,
    metadata: mergedMetadata({}, input.metadata),
    reversals: { object: "list", data: [], has_more: false, url: `/v1/transfers/${id}/reversals` },
    reversed: false,
    source_transaction: input.source_transaction ?? null,
    source_type: "card",
    transfer_group: input.transfer_group ?? null,
  } satisfies Stripe.Transfer;
  keep(call.state, call.owner, "transfers", transfer);
  emit(call.state, call, "transfer.created", transfer);
  return transfer;
}

/** Seconds until the transferred money is there: none from the balance, those of the charge with a source. */
function waitFor(call: Call, input: z.output<typeof Create>): number {
  if (input.source_transaction === undefined) {
    if (balanceOf(call.state, call.owner, "available", input.currency) >= input.amount) return 0;
    throw invalid(
      "You have insufficient available funds in your Stripe account. Try adding funds directly to your available " +
        "balance by creating Charges using the 4000000000000077 test card.",
      "balance_insufficient",
    );
  }
  const charge = find(call, "charges", input.source_transaction, "source_transaction");
  const used = all(call, "transfers")
    .filter((transfer) => idOf(transfer.source_transaction) === charge.id)
    .reduce((sum, transfer) => sum + transfer.amount - transfer.amount_reversed, 0);
  if (charge.status !== "succeeded" || used + input.amount > charge.amount) {
    throw invalid(
      `Cannot use ${charge.id} as the source of this transfer: ${charge.amount - used} of it is left.`,
      "transfer_source_balance_parameters_mismatch",
      "source_transaction",
    );
  }
  const transaction = find(call, "balanceTransactions", idOf(charge.balance_transaction) ?? "");
  return Math.max(0, transaction.available_on - now(call.state));
}
