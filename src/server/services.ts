import { randomUUID } from "node:crypto";
import { join } from "node:path";
import {
  fileBlobStore,
  openDatabase,
  systemClock,
  type Actor,
  type BlobStore,
  type Clock,
  type Context,
  type Database,
} from "@/kernel";
import { SANDBOX_SELLER, type SellerProfile } from "@/modules/billing";
import { openChain, type ChainRail } from "@/modules/escrow";
import { openStripe, type Rails } from "@/modules/payments";
import { platformEnv, type PlatformSettings } from "./env";

/** The resources of one process. */
export interface Services {
  readonly database: Database;
  readonly clock: Clock;
  readonly blobs: BlobStore;
  /** Which rails take and pay out money here. */
  readonly rails: Rails;
  /** The legal entity that issues documents here. */
  readonly seller: SellerProfile;
  /** The chain that USDC moves on; null where it is off. */
  readonly chain: ChainRail | null;
  contextFor(actor: Actor, requestId?: string): Context;
}

/** The part of the settings that resources are opened from. */
type ServiceSettings = Pick<PlatformSettings, "databaseUrl" | "dataDirectory" | "sandbox"> &
  Partial<Pick<PlatformSettings, "stripe" | "payoutHoldMs" | "publicUrl" | "seller" | "chain">>;

const HOLD_DEFAULT_MS = 7 * 24 * 3_600_000;

function openRails(settings: ServiceSettings): Rails {
  const { sandbox, stripe, payoutHoldMs = HOLD_DEFAULT_MS, publicUrl = "http://localhost:3000" } = settings;
  return { sandboxEnabled: sandbox, stripe: stripe ? openStripe(stripe) : null, payoutHoldMs, publicUrl };
}

/** Opens the resources that the settings name. The one composition root. */
export function createServices(settings: ServiceSettings, clock: Clock = systemClock): Services {
  const database = openDatabase(settings.databaseUrl);
  const blobs = fileBlobStore(join(settings.dataDirectory, "blobs"));
  return {
    database,
    clock,
    blobs,
    rails: openRails(settings),
    seller: settings.seller ?? SANDBOX_SELLER,
    chain: settings.chain ? openChain(settings.chain) : null,
    contextFor: (actor, requestId = randomUUID()) => ({ actor, database, clock, blobs, requestId }),
  };
}

const holder = globalThis as { trainyardServices?: Services };

/** The services of this process, opened at first use. Kept on globalThis, since a bundler may load this file twice. */
export function services(): Services {
  holder.trainyardServices ??= createServices(platformEnv());
  return holder.trainyardServices;
}
