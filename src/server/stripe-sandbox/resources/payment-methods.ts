import { z } from "zod";
import { retrieval } from "../core/retrieval";
import type { Route } from "../core/call";
import { all, find, idOf, keep } from "../core/call";
import { methodForToken } from "../core/cards";
import { emit } from "../core/events";
import { listed } from "../core/list";
import { Page, Text, read } from "../core/parameters";

const List = z.strictObject({
  ...Page,
  customer: Text.optional(),
  type: z.enum(["card", "us_bank_account"]).optional(),
});

/** /v1/payment_methods: made by paying, kept with a customer if the payment said so. */
export const paymentMethodRoutes: readonly Route[] = [
  retrieval("/v1/payment_methods/:id", "paymentMethods"),
  {
    method: "GET",
    path: "/v1/payment_methods",
    run: (call) => {
      const page = read(call.parameters, List);
      const found = all(call, "paymentMethods").filter(
        (method) =>
          idOf(method.customer) !== null &&
          (page.customer === undefined || idOf(method.customer) === page.customer) &&
          (page.type === undefined || method.type === page.type),
      );
      return listed("/v1/payment_methods", found, page);
    },
  },
  {
    method: "POST",
    path: "/v1/payment_methods/:id/attach",
    run: (call) => {
      const id = call.path[0] ?? "";
      const fresh = methodForToken(call.state, id);
      const method =
        fresh === null ? find(call, "paymentMethods", id) : keep(call.state, call.owner, "paymentMethods", fresh);
      const input = read(call.parameters, z.strictObject({ customer: Text }));
      method.customer = find(call, "customers", input.customer, "customer").id;
      emit(call.state, call, "payment_method.attached", method);
      return method;
    },
  },
  {
    method: "POST",
    path: "/v1/payment_methods/:id/detach",
    run: (call) => {
      const method = find(call, "paymentMethods", call.path[0] ?? "");
      method.customer = null;
      emit(call.state, call, "payment_method.detached", method);
      return method;
    },
  },
];
