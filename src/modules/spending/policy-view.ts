import type { Micros } from "@/kernel";

/** An organisation's policy as the spending page shows it. Null limits are none. */
export interface PolicyView {
  readonly soloLimitMicros: Micros | null;
  readonly soloMonthMicros: Micros | null;
  readonly pairLimitMicros: Micros | null;
  readonly projectRequired: boolean;
  readonly requestDays: number;
}

/** What holds until somebody sets a policy: no limits but the balance. */
export const NO_POLICY: PolicyView = {
  soloLimitMicros: null,
  soloMonthMicros: null,
  pairLimitMicros: null,
  projectRequired: false,
  requestDays: 7,
};
