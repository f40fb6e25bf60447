import type { StripeRail } from "./stripe/client";

/** Which rails take and pay out money in this installation. Built in `src/server/services.ts`. */
export interface Rails {
  /** Demo dollars may be made. */
  readonly sandboxEnabled: boolean;
  /** Cards, bank debits and payouts to banks; null where no Stripe key is set. */
  readonly stripe: StripeRail | null;
  /** How long earnings wait before they may be paid out, for disputes and reversals to show up. */
  readonly payoutHoldMs: number;
  /** Where the pages are, for the links back from hosted pages. */
  readonly publicUrl: string;
}
