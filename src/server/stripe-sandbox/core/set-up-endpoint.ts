import { now, type State } from "./state";

/** A webhook endpoint with a secret that was agreed on beforehand. */
export interface SetUpEndpoint {
  readonly id: string;
  readonly url: string;
  readonly secret: string;
  /** Events of connected accounts instead of the platform's own. */
  readonly connect: boolean;
}

/** Puts an endpoint into the state, or brings its address and secret up to date. */
export function setUpEndpoint(state: State, endpoint: SetUpEndpoint): void {
  const { id, url, secret, connect } = endpoint;
  state.tables.webhookEndpoints[id] = {
    owner: state.platform,
    body: {
      id,
      object: "webhook_endpoint",
      api_version: null,
      application: null,
      created: now(state),
      description: "Set up at start",
      enabled_events: ["*"],
      livemode: false,
      metadata: {},
      status: "enabled",
      url,
    },
  };
  state.secrets[id] = { current: secret, previous: null, previousUntilMs: 0, connect };
}
