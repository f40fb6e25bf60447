import { describe, expect, it } from "vitest";
import { emailAddress } from "./email-address";

describe("emailAddress", () => {
  it.each([
    [" Ada@Acme.example ", "ada@acme.example"],
    ["a.b+c@sub.example.org", "a.b+c@sub.example.org"],
  ])("reads %s", (text, address) => expect(emailAddress(text)).toBe(address));

  it.each([
    "",
    "ada",
    "ada@",
    "@acme.example",
    "ada@acme",
    "ada@аcme.example",
    '"a@b"@c.example',
    "a@b.example,c@d.example",
    "a b@c.example",
    `${"a".repeat(65)}@b.example`,
  ])("refuses %s", (text) => expect(emailAddress(text)).toBeNull());
});
