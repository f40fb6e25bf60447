import { z } from "zod";
import { CALM, ChaosInput } from "./core/chaos";
import { invalid, missing } from "./core/failure";
import type { State } from "./core/state";
import { newId, now, nowMs } from "./core/state";

const ClockInput = z.strictObject({ advanceSeconds: z.number().int().min(0).max(31_536_000) });
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
    case "POST /_roll_secret":
      return rolled(state, checked(RollInput, body));
    default:
      return null;
  }
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
