import { resolve } from "node:path";
import { z } from "zod";
import { SANDBOX_SELLER, SellerProfile } from "@/modules/billing";

const Url = z.url({ protocol: /^(https?|postgres(ql)?)$/ });

/** Settings of every process of the platform. The supervisor of `npm start` fills them; elsewhere the operator does. */
const PlatformEnvironment = z.object({
  DATABASE_URL: Url.describe("PostgreSQL, for example postgresql://user:password@host:5432/trainyard"),
  TRAINYARD_DATA_DIR: z.string().min(1).default(".data"),
  TRAINYARD_SANDBOX: z.enum(["0", "1"]).default("0"),
  TRAINYARD_PUBLIC_URL: Url.default("http://localhost:3000"),
  TRAINYARD_GATEWAY_URL: Url.default("http://localhost:3001"),
  TRAINYARD_GATEWAY_PORT: z.coerce.number().int().min(1).max(65_535).default(3001),
  TRAINYARD_LEASE_MS: z.coerce.number().int().min(1_000).max(600_000).default(10_000),
  STRIPE_SECRET_KEY: z
    .string()
    .regex(/^(sk|rk)_/, "starts with sk_ or rk_")
    .optional(),
  STRIPE_WEBHOOK_SECRET: z
    .string()
    .regex(/^whsec_[^,]+(,whsec_[^,]+)*$/, "starts with whsec_; several are divided by commas")
    .optional(),
  STRIPE_API_URL: Url.optional(),
  TRAINYARD_PAYOUT_HOLD_HOURS: z.coerce.number().int().min(0).max(2_160).default(168),
  TRAINYARD_SELLER: z
    .string()
    .transform((text, refusal) => {
      try {
        return JSON.parse(text) as unknown;
      } catch {
        refusal.addIssue({ code: "custom", message: "must be one line of JSON" });
        return z.NEVER;
      }
    })
    .pipe(SellerProfile)
    .optional(),
  AUTH_SECRET: z.string().min(32, "must have at least 32 characters").optional(),
  SMTP_URL: z.string().optional(),
});

/** A setting is missing or wrong; the message names it and says what it must be. */
export class SettingsError extends Error {
  override name = "SettingsError";
}

export interface PlatformSettings {
  readonly databaseUrl: string;
  readonly dataDirectory: string;
  readonly sandbox: boolean;
  readonly publicUrl: string;
  readonly gatewayUrl: string;
  readonly gatewayPort: number;
  readonly leaseMs: number;
  /** Null where no key is given: cards and banks are off. */
  readonly stripe: { secretKey: string; webhookSecrets: readonly string[]; apiUrl: string | null } | null;
  readonly payoutHoldMs: number;
  /** The legal entity on documents. Only the sandbox has one of its own. */
  readonly seller: SellerProfile;
  readonly authSecret: string | undefined;
  readonly smtpUrl: string | undefined;
}

/** Reads and checks the environment once at start. Throws SettingsError naming every setting that is wrong. */
export function platformEnv(environment: NodeJS.ProcessEnv = process.env): PlatformSettings {
  const parsed = PlatformEnvironment.safeParse(environment);
  if (!parsed.success) {
    const wrong = parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`);
    throw new SettingsError(`Settings are missing or wrong. ${wrong.join("; ")}. See README, "Settings".`);
  }
  const values = parsed.data;
  const seller = values.TRAINYARD_SELLER ?? (values.TRAINYARD_SANDBOX === "1" ? SANDBOX_SELLER : null);
  if (seller === null)
    throw new SettingsError(
      'TRAINYARD_SELLER is missing: outside the sandbox, invoices need the legal entity that issues them. See README, "Settings".',
    );
  return {
    databaseUrl: values.DATABASE_URL,
    dataDirectory: resolve(values.TRAINYARD_DATA_DIR),
    sandbox: values.TRAINYARD_SANDBOX === "1",
    publicUrl: values.TRAINYARD_PUBLIC_URL,
    gatewayUrl: values.TRAINYARD_GATEWAY_URL,
    gatewayPort: values.TRAINYARD_GATEWAY_PORT,
    leaseMs: values.TRAINYARD_LEASE_MS,
    stripe:
      values.STRIPE_SECRET_KEY === undefined
        ? null
        : {
            secretKey: values.STRIPE_SECRET_KEY,
            webhookSecrets: values.STRIPE_WEBHOOK_SECRET?.split(",") ?? [],
            apiUrl: values.STRIPE_API_URL ?? null,
          },
    seller,
    payoutHoldMs: values.TRAINYARD_PAYOUT_HOLD_HOURS * 3_600_000,
    authSecret: values.AUTH_SECRET,
    smtpUrl: values.SMTP_URL,
  };
}

/** Settings of the web process: the platform's, and the secret without which no session is safe. */
export function webEnv(): PlatformSettings & { readonly authSecret: string } {
  const settings = platformEnv();
  if (settings.authSecret === undefined)
    throw new SettingsError("AUTH_SECRET is missing. Set it to 32 or more random characters (openssl rand -hex 32).");
  return { ...settings, authSecret: settings.authSecret };
}
