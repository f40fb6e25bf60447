import type { Actor } from "./actor";
import type { BlobStore } from "./blobs";
import type { Clock } from "./clock";
import type { Database } from "./db";

/** What every verb is given: who acts, and the resources it may use. Built in one place, `src/server/services.ts`. */
export interface Context {
  readonly actor: Actor;
  readonly database: Database;
  readonly clock: Clock;
  readonly blobs: BlobStore;
  readonly requestId: string;
}
