import type Stripe from "stripe";
import { z } from "zod";
import { retrieval } from "../core/retrieval";
import type { Route } from "../core/call";
import { all, find, keep } from "../core/call";
import { listed } from "../core/list";
import { Bool, Metadata, Page, Text, mergedMetadata, read } from "../core/parameters";
import { newId, now } from "../core/state";

const Fields = {
  description: z.string().optional(),
  enabled_events: z.array(Text).min(1),
  metadata: Metadata.optional(),
  url: z.url({ protocol: /^https?$/ }),
};
const Create = z.strictObject({ ...Fields, api_version: Text.optional(), connect: Bool.optional() });
const Update = z.strictObject({ ...Fields, disabled: Bool }).partial();

/** /v1/webhook_endpoints */
export const webhookEndpointRoutes: readonly Route[] = [
  {
    method: "POST",
    path: "/v1/webhook_endpoints",
    run: (call) => {
      const input = read(call.parameters, Create);
      const secret = newId("whsec", 32);
      const endpoint = {
        id: newId("we"),
        object: "webhook_endpoint",
        api_version: input.api_version ?? null,
        application: null,
        created: now(call.state),
        description: input.description ?? null,
        enabled_events: input.enabled_events,
        livemode: false,
        metadata: mergedMetadata({}, input.metadata),
        status: "enabled",
        url: input.url,
      } satisfies Stripe.WebhookEndpoint;
      keep(call.state, call.owner, "webhookEndpoints", endpoint);
      const connect = input.connect ?? false;
      call.state.secrets[endpoint.id] = { current: secret, previous: null, previousUntilMs: 0, connect };
      // Only the answer to the creation shows the secret.
      return { ...endpoint, secret };
    },
  },
  {
    method: "POST",
    path: "/v1/webhook_endpoints/:id",
    run: (call) => {
      const endpoint = find(call, "webhookEndpoints", call.path[0] ?? "");
      const input = read(call.parameters, Update);
      endpoint.description = input.description ?? endpoint.description;
      endpoint.enabled_events = input.enabled_events ?? endpoint.enabled_events;
      endpoint.metadata = mergedMetadata(endpoint.metadata, input.metadata);
      endpoint.url = input.url ?? endpoint.url;
      if (input.disabled !== undefined) endpoint.status = input.disabled ? "disabled" : "enabled";
      return endpoint;
    },
  },
  retrieval("/v1/webhook_endpoints/:id", "webhookEndpoints"),
  {
    method: "GET",
    path: "/v1/webhook_endpoints",
    run: (call) => {
      const page = read(call.parameters, z.strictObject(Page));
      return listed("/v1/webhook_endpoints", all(call, "webhookEndpoints"), page);
    },
  },
  {
    method: "DELETE",
    path: "/v1/webhook_endpoints/:id",
    run: (call) => {
      const { id } = find(call, "webhookEndpoints", call.path[0] ?? "");
      delete call.state.tables.webhookEndpoints[id];
      delete call.state.secrets[id];
      return { id, object: "webhook_endpoint", deleted: true } satisfies Stripe.DeletedWebhookEndpoint;
    },
  },
];
