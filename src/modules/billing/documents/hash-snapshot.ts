import { createHash } from "node:crypto";
import { canonicalJson } from "@trainyard/protocol";
import type { DocumentSnapshot } from "./snapshot";

/** SHA-256 of a snapshot's canonical JSON: the name of what was issued, whatever order a database keeps its keys in. */
export function hashSnapshot(snapshot: DocumentSnapshot): string {
  return createHash("sha256").update(canonicalJson(snapshot)).digest("hex");
}
