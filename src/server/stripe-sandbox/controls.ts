import { z } from "zod";
import { byItself, emit } from "./core/events";
import { onboard } from "./hosted/onboarding-page";
import { CALM, ChaosInput } from "./core/chaos";
import { invalid, missing } from "./core/failure";
import { failPayout } from "./core/payout-outcome";
import { closeDispute, escalateDispute, failRefund, openDispute } from "./core/reversals-by-network";
import type { State } from "./core/state";
import { newId, now, nowMs } from "./core/state";

const ClockInput = z.strictObject({ advanceSeconds: z.number().int().min(0).max(31_536_000) });
const DisputeInput = z.strictObject({
  charge: z.string(),
  reason: z.string().default("fraudulent"),
  inquiry: z.boolean().default(false),
});
const CloseInput = z.strictObject({ dispute: z.string(), outcome: z.enum(["lost", "warning_closed", "won"]) });
const AccountInput = z.strictObject({
  account: z.string(),
  onboarded: z.literal(true).optional(),
  transfers: z.enum(["active", "inactive", "pending"]).optional(),
  payoutsEnabled: z.boolean().optional(),
});
const RollInput = z.strictObject({ endpoint: z.string(), overlapSeconds: z.number().int().min(0).default(86_400) });

/** What only a sandbox has: chaos switches, the clock, secret rolling, a look at the books. JSON in, JSON out. */
export function control(state: State, method: string, path: string, body: unknown): object | null {
  switch (`${method} ${path}`) {
    case "GET /_health":
      return { ok: true };
    case "GET /_chaos":
      return state.chaos;
    case "POST /_chaos":
      return Object.assign(state.chaos, checked(ChaosInput, body));
    case "DELETE /_chaos":
      return Object.assign(state.chaos, CALM);
    case "GET /_clock":
      return { now: now(state), offsetSeconds: state.clockOffsetMs / 1_000 };
    case "POST /_clock":
      state.clockOffsetMs += checked(ClockInput, body).advanceSeconds * 1_000;
      return { now: now(state), offsetSeconds: state.clockOffsetMs / 1_000 };
    case "GET /_journal":
      return { entries: state.journal };
    case "GET /_deliveries":
      return { deliveries: state.deliveries };
    case "POST /_disputes": {
      const input = checked(DisputeInput, body);
      return openDispute(state, input.charge, input.reason, input.inquiry);
    }
    case "POST /_disputes/close": {
      const input = checked(CloseInput, body);
      return closeDispute(state, input.dispute, input.outcome);
    }
    case "POST /_disputes/escalate":
      return escalateDispute(state, checked(z.strictObject({ dispute: z.string() }), body).dispute);
    case "POST /_refunds/fail":
      return failRefund(state, checked(z.strictObject({ refund: z.string() }), body).refund);
    case "POST /_payouts/fail":
      return failPayout(state, checked(z.strictObject({ payout: z.string() }), body).payout);
    case "POST /_accounts":
      return changeAccount(state, checked(AccountInput, body));
    case "POST /_roll_secret":
      return rolled(state, checked(RollInput, body));
    default:
      return null;
  }
}

/** What Stripe does to an account behind its back: checks passed, or a capability withdrawn. */
function changeAccount(state: State, input: z.output<typeof AccountInput>): object {
  const account = state.tables.accounts[input.account]?.body;
  if (account === undefined) throw missing("account", input.account, "account");
  if (input.onboarded === true) onboard(state, account);
  if (input.transfers !== undefined) account.capabilities = { ...account.capabilities, transfers: input.transfers };
  account.payouts_enabled = input.payoutsEnabled ?? account.payouts_enabled;
  emit(state, byItself(account.id), "account.updated", account);
  return account;
}

function rolled(state: State, input: z.output<typeof RollInput>): object {
  const secrets = state.secrets[input.endpoint];
  if (secrets === undefined) throw missing("webhook endpoint", input.endpoint, "endpoint");
  secrets.previous = secrets.current;
  secrets.previousUntilMs = nowMs(state) + input.overlapSeconds * 1_000;
  secrets.current = newId("whsec", 32);
  return { secret: secrets.current };
}

function checked<S extends z.ZodType>(schema: S, body: unknown): z.output<S> {
  const parsed = schema.safeParse(body);
  if (!parsed.success) throw invalid(z.prettifyError(parsed.error), "sandbox_control_invalid");
  return parsed.data;
}
