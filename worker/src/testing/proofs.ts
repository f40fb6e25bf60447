import { createHash, createPublicKey, verify } from "node:crypto";

export const hashOf = (bytes: Uint8Array | string): string => createHash("sha256").update(bytes).digest("hex");
export const hashOfBase64 = (text: string): string => hashOf(Buffer.from(text, "base64"));

/** Checks an Ed25519 signature with a raw public key, all in hex. */
export function verifies(publicKey: string, message: Uint8Array, signature: string): boolean {
  const key = createPublicKey({
    key: { kty: "OKP", crv: "Ed25519", x: Buffer.from(publicKey, "hex").toString("base64url") },
    format: "jwk",
  });
  return verify(null, message, key, Buffer.from(signature, "hex"));
}
