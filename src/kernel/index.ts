export { assert, AssertionError } from "./assert";
export {
  actorName,
  requireMachine,
  requireMember,
  requireRole,
  requireSystem,
  ROLES,
  type Actor,
  type MachineActor,
  type MemberActor,
  type Role,
} from "./actor";
export { BlobRefused, fileBlobStore, type BlobStore } from "./blobs";
export { systemClock, type Clock } from "./clock";
export type { Context } from "./context";
export { enqueue, openDatabase, record, type Database, type LogEntry, type Tx } from "./db";
export { csvLine, type Cell } from "./values/csv";
export { emailAddress } from "./values/email-address";
export { DomainError, Forbidden, NotFound, Unauthenticated, type RefusalKind } from "./domain-error";
export { ID_PREFIXES, newId, type IdKind } from "./values/ids";
export { failpoint } from "./failpoint";
export {
  assetOfRail,
  ASSETS,
  floorToCents,
  formatAmount,
  formatUsd,
  fromCents,
  micros,
  negateMicros,
  parseUsd,
  scaleMicros,
  sumMicros,
  toCents,
  type Asset,
  type Micros,
} from "./values/money";
