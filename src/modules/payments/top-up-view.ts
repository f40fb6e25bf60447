import { micros, type Micros } from "@/kernel";
import type { TopUpRecord } from "./store/top-ups";

/** A top-up as its organisation sees it. */
export interface TopUpView {
  readonly id: string;
  readonly method: TopUpRecord["method"];
  readonly amountMicros: Micros;
  readonly state: TopUpRecord["state"];
  readonly automatic: boolean;
  /** The page to pay on; null before Stripe has answered and after it is paid. */
  readonly url: string | null;
  readonly failure: string | null;
  readonly createdAt: Date;
  readonly endedAt: Date | null;
}

export function topUpView(row: TopUpRecord): TopUpView {
  const { id, method, state, automatic, url, failure, createdAt, endedAt } = row;
  const payable = state === "open";
  const amountMicros = micros(row.amountMicros);
  return { id, method, amountMicros, state, automatic, url: payable ? url : null, failure, createdAt, endedAt };
}
