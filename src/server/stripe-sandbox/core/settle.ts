import { releasePending } from "./books";
import { releaseAuthorisation } from "./capture";
import { settleDebit } from "./charging";
import { byItself } from "./events";
import { arrivePayout } from "./payout-outcome";
import { openDispute } from "./reversals-by-network";
import { expireSessions } from "./session-outcome";
import type { Scheduled, State } from "./state";
import { nowMs } from "./state";

/** Carries out everything that the clock has made due. */
export function settleDue(state: State): void {
  releasePending(state);
  const due = state.scheduled.filter(({ dueMs }) => dueMs <= nowMs(state));
  state.scheduled = state.scheduled.filter((entry) => !due.includes(entry));
  for (const entry of due.sort((a, b) => a.dueMs - b.dueMs)) carryOut(state, entry);
  expireSessions(state);
}

function carryOut(state: State, entry: Scheduled): void {
  switch (entry.kind) {
    case "authorisation-expires": {
      const row = state.tables.paymentIntents[entry.id];
      if (row?.body.status === "requires_capture")
        releaseAuthorisation(state, byItself(row.owner), row.body, "automatic");
      return;
    }
    case "bank-debit-fails":
      return settleDebit(state, entry.id, false);
    case "bank-debit-settles":
      return settleDebit(state, entry.id, true);
    case "dispute-opens":
      openDispute(state, entry.id, "fraudulent");
      return;
    case "payout-arrives":
      return arrivePayout(state, entry.id);
  }
}
