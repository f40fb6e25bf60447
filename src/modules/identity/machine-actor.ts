import { createPublicKey, verify } from "node:crypto";
import { requestMessage } from "@trainyard/protocol";
import type { Clock, Database, MachineActor } from "@/kernel";
import { RequestSignatureRefused } from "./errors";
import { findMachine } from "./store";

/** How far a machine's clock may be off. A replay inside it is harmless: every write is fenced or idempotent. */
const CLOCK_SKEW_MS_MAX = 120_000;
/** DER prefix of an Ed25519 public key (RFC 8410), before its 32 bytes. */
const SPKI_PREFIX = Buffer.from("302a300506032b6570032100", "hex");

/** A signed request as it arrived. `bodyHash` is the SHA-256 of the body that was really received. */
export interface SignedRequest {
  readonly method: string;
  readonly path: string;
  readonly bodyHash: string;
  readonly machine: string;
  readonly timeMs: number;
  readonly signature: string;
}

/** Checks an Ed25519 signature; keys and signatures are lower-case hex. False for anything malformed. */
export function verifySignature(publicKey: string, message: Uint8Array, signature: string): boolean {
  if (!/^[0-9a-f]{64}$/.test(publicKey) || !/^[0-9a-f]{128}$/.test(signature)) return false;
  const key = createPublicKey({
    key: Buffer.concat([SPKI_PREFIX, Buffer.from(publicKey, "hex")]),
    format: "der",
    type: "spki",
  });
  return verify(null, message, key, Buffer.from(signature, "hex"));
}

/** Refuses a request that is not signed with `publicKey`, now. */
export function checkRequestSignature(clock: Clock, publicKey: string, request: SignedRequest): void {
  const skewMs = Math.abs(clock.now().getTime() - request.timeMs);
  if (!(skewMs <= CLOCK_SKEW_MS_MAX))
    throw new RequestSignatureRefused(
      `The request's time differs from ours by ${Math.round(skewMs / 1000)} s. Set this machine's clock (NTP) and try again.`,
    );
  if (!verifySignature(publicKey, requestMessage(request), request.signature))
    throw new RequestSignatureRefused(
      "The request is not signed with this machine's key. Join again with a new token.",
    );
}

/** The machine that signed a request. */
export async function machineActor(database: Database, clock: Clock, request: SignedRequest): Promise<MachineActor> {
  const machine = await findMachine(database.reader, request.machine);
  if (machine === null)
    throw new RequestSignatureRefused("This machine is not known here. Join with a token of your organisation.");
  checkRequestSignature(clock, machine.publicKey, request);
  return { kind: "machine", machineId: machine.id, organisationId: machine.organisationId };
}
