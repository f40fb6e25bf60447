import { describe, expect, it } from "vitest";
import { GatewayError, isFenced, UnreachableError } from "./gateway-error";
import { createRetry } from "./retry";

describe("retries", () => {
  const retry = createRetry({ attempts: 3, firstDelayMs: 1, longestDelayMs: 2, random: () => 0.5 });
  const failing = async (error: Error) => {
    let attempts = 0;
    await expect(retry(async () => (attempts++, Promise.reject(error)))).rejects.toBe(error);
    return attempts;
  };

  it("repeats what may pass, and nothing else", async () => {
    expect(await failing(new UnreachableError("refused"))).toBe(3);
    expect(await failing(new GatewayError(503, "gateway/busy", "busy"))).toBe(3);
    expect(await failing(new GatewayError(429, "gateway/slow-down", "slow"))).toBe(3);
    expect(await failing(new GatewayError(403, "auth/forbidden", "no"))).toBe(1);
    const fenced = new GatewayError(409, "lease/fenced", "newer holder");
    expect(await failing(fenced)).toBe(1);
    expect(isFenced(fenced)).toBe(true);
  });
});
