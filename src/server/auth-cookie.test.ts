import { describe, expect, it } from "vitest";
import { isSameOrigin, readCookie, sessionCookieName } from "./auth-cookie";

describe("isSameOrigin", () => {
  const request = (headers: Record<string, string>): Request =>
    new Request("http://inside/api", { method: "POST", headers });

  it("accepts the public address and the host that was asked", () => {
    expect(isSameOrigin(request({ origin: "https://yard.example" }), "https://yard.example/x")).toBe(true);
    expect(
      isSameOrigin(request({ origin: "http://127.0.0.1:3000", host: "127.0.0.1:3000" }), "http://localhost:3000"),
    ).toBe(true);
  });

  it("refuses another site, a missing origin and an opaque one", () => {
    expect(
      isSameOrigin(request({ origin: "https://evil.example", host: "yard.example" }), "https://yard.example"),
    ).toBe(false);
    expect(isSameOrigin(request({ host: "yard.example" }), "https://yard.example")).toBe(false);
    expect(isSameOrigin(request({ origin: "null", host: "yard.example" }), "https://yard.example")).toBe(false);
  });
});

describe("the session cookie", () => {
  it("is bound to https where the platform is served so", () => {
    expect(sessionCookieName("https://yard.example")).toMatch(/^__Secure-/);
    expect(sessionCookieName("http://localhost:3000")).not.toMatch(/^__Secure-/);
  });

  it("is found among others", () => {
    expect(readCookie("a=1; trainyard.session=x%20y; b=2", "trainyard.session")).toBe("x y");
    expect(readCookie(null, "a")).toBeUndefined();
  });
});
