import { z } from "zod";
import { log } from "../log";
import { startStripeSandbox } from "./index";

const settings = z
  .object({
    TRAINYARD_STRIPE_SANDBOX_PORT: z.coerce.number().int().min(1).max(65_535).default(4_710),
    STRIPE_SECRET_KEY: z.string().min(1).default("sk_test_trainyard"),
    TRAINYARD_STRIPE_SANDBOX_STATE: z.string().min(1).optional(),
    TRAINYARD_STRIPE_SANDBOX_WEBHOOK: z.url().optional(),
    STRIPE_WEBHOOK_SECRET: z.string().optional(),
  })
  .parse(process.env);

const stateFile = settings.TRAINYARD_STRIPE_SANDBOX_STATE;
const sandbox = await startStripeSandbox({
  port: settings.TRAINYARD_STRIPE_SANDBOX_PORT,
  secretKey: settings.STRIPE_SECRET_KEY,
  settlesAtOnce: true,
  ...(stateFile === undefined ? {} : { stateFile }),
  webhooks: endpoints(settings.TRAINYARD_STRIPE_SANDBOX_WEBHOOK, settings.STRIPE_WEBHOOK_SECRET?.split(",") ?? []),
});
log("info", `Stripe sandbox listens on ${sandbox.url}`);

const stop = (): void => void sandbox.close().then(() => process.exit(0));
process.once("SIGTERM", stop);
process.once("SIGINT", stop);

/** One endpoint for the platform's own events and one for those of connected accounts, as Stripe wants it. */
function endpoints(url: string | undefined, secrets: readonly string[]) {
  if (url === undefined) return [];
  return secrets.map((secret, index) => ({ id: `we_setUp${index}`, url, secret, connect: index > 0 }));
}
