import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { z } from "zod";
import { SANDBOX_SELLER, SellerProfile } from "@/modules/billing";
import type { ChainSettings } from "@/modules/escrow";

const Url = z.url({ protocol: /^(https?|postgres(ql)?)$/ });

const AddressText = z.string().regex(/^0x[0-9a-fA-F]{40}$/, "is an address: 0x and 40 hexadecimal digits");
const PrivateKey = z.string().regex(/^0x[0-9a-fA-F]{64}$/, "is a private key: 0x and 64 hexadecimal digits");

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
  TRAINYARD_CHAIN_RPC_URLS: z
    .string()
    .regex(/^https?:\/\/[^,\s]+(,https?:\/\/[^,\s]+)*$/, "one or more http URLs, divided by commas")
    .optional(),
  TRAINYARD_CHAIN_ID: z.coerce.number().int().min(1).optional(),
  TRAINYARD_ESCROW_ADDRESS: AddressText.optional(),
  TRAINYARD_USDC_ADDRESS: AddressText.optional(),
  TRAINYARD_CHAIN_FROM_BLOCK: z.coerce.bigint().min(0n).default(0n),
  TRAINYARD_CHAIN_RELAYER_KEY: PrivateKey.optional(),
  TRAINYARD_CHAIN_TREASURY_KEY: PrivateKey.optional(),
  TRAINYARD_CHAIN_VERIFIER_KEY: PrivateKey.optional(),
  TRAINYARD_CHAIN_ARBITER: AddressText.optional(),
  TRAINYARD_CHAIN_SAFE_BELOW_USDC: z.coerce.bigint().min(0n).default(1_000n),
  TRAINYARD_CHAIN_GAS_GWEI_MAX: z.coerce.bigint().min(1n).default(50n),
  TRAINYARD_CHAIN_RAMP_SECONDS: z.coerce.number().int().min(0).default(3_600),
  TRAINYARD_PAYOUT_COOL_OFF_HOURS: z.coerce.number().int().min(0).max(720).default(24),
  TRAINYARD_SCREENING_FILE: z.string().min(1).optional(),
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
  /** Null where no chain is named: USDC is off. */
  readonly chain: ChainSettings | null;
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
    chain: chainSettings(values),
    payoutHoldMs: values.TRAINYARD_PAYOUT_HOLD_HOURS * 3_600_000,
    authSecret: values.AUTH_SECRET,
    smtpUrl: values.SMTP_URL,
  };
}

/** The chain that the settings name, or null when they name none. Throws SettingsError when they name half of one. */
function chainSettings(values: z.infer<typeof PlatformEnvironment>): ChainSettings | null {
  if (values.TRAINYARD_CHAIN_RPC_URLS === undefined) return null;
  const need = <T>(name: string, value: T | undefined): T => {
    if (value === undefined) throw new SettingsError(`${name} is missing, which TRAINYARD_CHAIN_RPC_URLS needs.`);
    return value;
  };
  const list = values.TRAINYARD_SCREENING_FILE;
  return {
    rpcUrls: values.TRAINYARD_CHAIN_RPC_URLS.split(","),
    chainId: need("TRAINYARD_CHAIN_ID", values.TRAINYARD_CHAIN_ID),
    escrow: need("TRAINYARD_ESCROW_ADDRESS", values.TRAINYARD_ESCROW_ADDRESS),
    usdc: need("TRAINYARD_USDC_ADDRESS", values.TRAINYARD_USDC_ADDRESS),
    fromBlock: values.TRAINYARD_CHAIN_FROM_BLOCK,
    relayerKey: need("TRAINYARD_CHAIN_RELAYER_KEY", values.TRAINYARD_CHAIN_RELAYER_KEY),
    treasuryKey: need("TRAINYARD_CHAIN_TREASURY_KEY", values.TRAINYARD_CHAIN_TREASURY_KEY),
    verifierKey: need("TRAINYARD_CHAIN_VERIFIER_KEY", values.TRAINYARD_CHAIN_VERIFIER_KEY),
    arbiter: need("TRAINYARD_CHAIN_ARBITER", values.TRAINYARD_CHAIN_ARBITER),
    publicUrl: values.TRAINYARD_PUBLIC_URL,
    policy: {
      safeBelowMicros: values.TRAINYARD_CHAIN_SAFE_BELOW_USDC * USDC,
      gasPriceMaxWei: values.TRAINYARD_CHAIN_GAS_GWEI_MAX * GWEI,
      rampSeconds: values.TRAINYARD_CHAIN_RAMP_SECONDS,
      payoutCoolOffMs: values.TRAINYARD_PAYOUT_COOL_OFF_HOURS * 3_600_000,
    },
    ...(list === undefined ? {} : { screeningList: readFileSync(list, "utf8") }),
  };
}

const USDC = 1_000_000n;
const GWEI = 1_000_000_000n;

/** Settings of the web process: the platform's, and the secret without which no session is safe. */
export function webEnv(): PlatformSettings & { readonly authSecret: string } {
  const settings = platformEnv();
  if (settings.authSecret === undefined)
    throw new SettingsError("AUTH_SECRET is missing. Set it to 32 or more random characters (openssl rand -hex 32).");
  return { ...settings, authSecret: settings.authSecret };
}
