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
import { platformEnv } from "./env";

/** The resources of one process. */
export interface Services {
  readonly database: Database;
  readonly clock: Clock;
  readonly blobs: BlobStore;
  /** Which rails take money here. */
  readonly rails: { readonly sandboxEnabled: boolean };
  contextFor(actor: Actor, requestId?: string): Context;
}

/** Opens the resources that the settings name. The one composition root. */
export function createServices(settings: { databaseUrl: string; dataDirectory: string; sandbox: boolean }): Services {
  const database = openDatabase(settings.databaseUrl);
  const blobs = fileBlobStore(join(settings.dataDirectory, "blobs"));
  return {
    database,
    clock: systemClock,
    blobs,
    rails: { sandboxEnabled: settings.sandbox },
    contextFor: (actor, requestId = randomUUID()) => ({ actor, database, clock: systemClock, blobs, requestId }),
  };
}

const holder = globalThis as { trainyardServices?: Services };

/** The services of this process, opened at first use. Kept on globalThis, since a bundler may load this file twice. */
export function services(): Services {
  holder.trainyardServices ??= createServices(platformEnv());
  return holder.trainyardServices;
}
