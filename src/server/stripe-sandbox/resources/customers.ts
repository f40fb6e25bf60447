import type Stripe from "stripe";
import { z } from "zod";
import { retrieval } from "../core/retrieval";
import type { Route } from "../core/call";
import { all, find, keep } from "../core/call";
import { emit } from "../core/events";
import { listed } from "../core/list";
import { Address, Created, Metadata, Page, mergedMetadata, read } from "../core/parameters";
import { newId, now } from "../core/state";

const Fields = z.strictObject({
  address: Address.optional(),
  description: z.string().optional(),
  email: z.string().max(512).optional(),
  metadata: Metadata.optional(),
  name: z.string().max(256).optional(),
  phone: z.string().optional(),
});

/** /v1/customers */
export const customerRoutes: readonly Route[] = [
  {
    method: "POST",
    path: "/v1/customers",
    run: (call) => {
      const input = read(call.parameters, Fields);
      const customer = {
        id: newId("cus", 14),
        object: "customer",
        address: fullAddress(input.address),
        balance: 0,
        created: now(call.state),
        currency: null,
        default_source: null,
        delinquent: false,
        description: input.description ?? null,
        discount: null,
        email: input.email ?? null,
        invoice_prefix: newId("X", 8).slice(2).toUpperCase(),
        invoice_settings: {
          custom_fields: null,
          default_payment_method: null,
          footer: null,
          rendering_options: null,
        },
        livemode: false,
        metadata: mergedMetadata({}, input.metadata),
        name: input.name ?? null,
        next_invoice_sequence: 1,
        phone: input.phone ?? null,
        preferred_locales: [],
        shipping: null,
        tax_exempt: "none",
        test_clock: null,
      } satisfies Stripe.Customer;
      keep(call.state, call.owner, "customers", customer);
      emit(call.state, call, "customer.created", customer);
      return customer;
    },
  },
  {
    method: "POST",
    path: "/v1/customers/:id",
    run: (call) => {
      const customer = find(call, "customers", call.path[0] ?? "");
      const input = read(call.parameters, Fields);
      if (input.address !== undefined) customer.address = fullAddress(input.address);
      if (input.description !== undefined) customer.description = input.description || null;
      if (input.email !== undefined) customer.email = input.email || null;
      if (input.name !== undefined) customer.name = input.name || null;
      if (input.phone !== undefined) customer.phone = input.phone || null;
      customer.metadata = mergedMetadata(customer.metadata, input.metadata);
      emit(call.state, call, "customer.updated", customer);
      return customer;
    },
  },
  retrieval("/v1/customers/:id", "customers"),
  {
    method: "GET",
    path: "/v1/customers",
    run: (call) => {
      const page = read(
        call.parameters,
        z.strictObject({ ...Page, created: Created.optional(), email: z.string().optional() }),
      );
      const found = all(call, "customers").filter(({ email }) => page.email === undefined || email === page.email);
      return listed("/v1/customers", found, page);
    },
  },
  {
    method: "DELETE",
    path: "/v1/customers/:id",
    run: (call) => {
      const customer = find(call, "customers", call.path[0] ?? "");
      delete call.state.tables.customers[customer.id];
      emit(call.state, call, "customer.deleted", customer);
      return { id: customer.id, object: "customer", deleted: true } satisfies Stripe.DeletedCustomer;
    },
  },
];

function fullAddress(address: z.output<typeof Address> | undefined): Stripe.Address | null {
  if (address === undefined) return null;
  const { city, country, line1, line2, postal_code, state } = address;
  return {
    city: city ?? null,
    country: country ?? null,
    line1: line1 ?? null,
    line2: line2 ?? null,
    postal_code: postal_code ?? null,
    state: state ?? null,
  };
}
