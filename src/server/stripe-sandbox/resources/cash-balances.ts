import type Stripe from "stripe";
import { z } from "zod";
import { addressesOf, fundCash } from "../core/bank-transfer";
import type { Route } from "../core/call";
import { all, find, idOf } from "../core/call";
import { cashBalance } from "../core/cash";
import { missing } from "../core/failure";
import { listed } from "../core/list";
import { Amount, Page, read } from "../core/parameters";

const Dollars = z.literal("usd");

/** What bank transfers need: virtual accounts, and the cash that Stripe holds for a customer apart from our balance. */
export const cashBalanceRoutes: readonly Route[] = [
  {
    method: "POST",
    path: "/v1/customers/:id/funding_instructions",
    run: (call) => {
      const { id } = find(call, "customers", call.path[0] ?? "");
      const { currency } = read(
        call.parameters,
        z.strictObject({
          bank_transfer: z.strictObject({ type: z.literal("us_bank_transfer") }),
          currency: Dollars,
          funding_type: z.literal("bank_transfer"),
        }),
      );
      return {
        object: "funding_instructions",
        bank_transfer: { country: "US", financial_addresses: addressesOf(id), type: "us_bank_transfer" },
        currency,
        funding_type: "bank_transfer",
        livemode: false,
      } satisfies Stripe.FundingInstructions;
    },
  },
  {
    method: "POST",
    path: "/v1/test_helpers/customers/:id/fund_cash_balance",
    run: (call) => {
      const customer = find(call, "customers", call.path[0] ?? "");
      const input = read(
        call.parameters,
        z.strictObject({ amount: Amount, currency: Dollars, reference: z.string().max(5_000).optional() }),
      );
      return fundCash(call.state, call, customer, {
        ...input,
        reference: input.reference === undefined || input.reference === "" ? null : input.reference,
      });
    },
  },
  {
    method: "GET",
    path: "/v1/customers/:id/cash_balance",
    run: (call) => {
      read(call.parameters, z.strictObject({}));
      return cashBalance(call.state, find(call, "customers", call.path[0] ?? "").id);
    },
  },
  {
    method: "GET",
    path: "/v1/customers/:id/cash_balance_transactions/:transaction",
    run: (call) => {
      read(call.parameters, z.strictObject({}));
      const [customer = "", id = ""] = call.path;
      const transaction = find(call, "cashTransactions", id);
      if (idOf(transaction.customer) !== customer) throw missing("customer cash balance transaction", id);
      return transaction;
    },
  },
  {
    method: "GET",
    path: "/v1/customers/:id/cash_balance_transactions",
    run: (call) => {
      const { id } = find(call, "customers", call.path[0] ?? "");
      const page = read(call.parameters, z.strictObject(Page));
      const found = all(call, "cashTransactions").filter(({ customer }) => idOf(customer) === id);
      return listed(`/v1/customers/${id}/cash_balance_transactions`, found, page);
    },
  },
];
