/** A Stripe of our own: stateful, with books, hosted pages, signed webhooks and failures on request. */
export { startStripeSandbox } from "./server";
export type { SandboxOptions, StripeSandbox } from "./server";
