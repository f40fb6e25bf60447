import { expect, it } from "vitest";
import { accountWords, jobOfReference, kindWords } from "./words";

it("finds the job that a movement was for", () => {
  expect(jobOfReference("job_01h2x3y4z0123456789abc")).toBe("job_01h2x3y4z0123456789abc");
  expect(jobOfReference("aud_01h2x3y4z0123456789abc")).toBeNull();
});

it("keeps kinds that it does not know readable", () => {
  expect(kindWords("segment")).toBe("Verified segment");
  expect(kindWords("chain-deposit")).toBe("chain deposit");
  expect(accountWords("hold")).toBe("Held for a job");
});
