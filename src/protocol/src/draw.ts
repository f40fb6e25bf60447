import { hexToBytes, hmacSha256, sha256Hex, utf8ToBytes } from "./hash";

/** Segments of a machine that are always audited before sampling starts. */
export const ALWAYS_AUDITED_SEGMENTS = 3;
const PROBABILITY_FLOOR = 0.05;
const TRUST_SEGMENTS = 5;

/**
 * Audit probability after `validSegments` audited-and-good segments of a machine: 1 for the first three, then
 * clamp(5 / (5 + n), 5 %, 100 %). After a proven fault the caller restarts n at 0.
 */
export function auditProbability(validSegments: number): number {
  if (validSegments < ALWAYS_AUDITED_SEGMENTS) return 1;
  return Math.min(1, Math.max(PROBABILITY_FLOOR, TRUST_SEGMENTS / (TRUST_SEGMENTS + validSegments)));
}

/**
 * The audit draw: HMAC-SHA-256(k, job, i, c[i]) as a 32-bit fraction below p. The key is committed before the job
 * starts and revealed at settlement, so the worker cannot predict the draw and the platform cannot repeat it.
 */
export function isDrawn(draw: {
  drawKey: string;
  job: string;
  index: number;
  commitment: string;
  probability: number;
}): boolean {
  const mac = hmacSha256(
    hexToBytes(draw.drawKey),
    utf8ToBytes(`trainyard/draw/v1\n${draw.job}\n${draw.index}\n${draw.commitment}`),
  );
  return new DataView(mac.buffer, mac.byteOffset, 4).getUint32(0) / 2 ** 32 < draw.probability;
}

/** What is published at the start of a job in place of the draw key (32 bytes as hex). */
export function drawKeyHash(drawKey: string): string {
  return sha256Hex(hexToBytes(drawKey));
}
