import { expect, it } from "vitest";
import { activitySentence, actorWords } from "./words";

it("tells an act with its amounts in dollars", () => {
  expect(activitySentence("settlement.job-posted", { name: "Digits", limitMicros: "37000" })).toBe(
    "posted the job Digits with a limit of $0.037",
  );
});

it("keeps an act it does not know readable", () => {
  expect(activitySentence("market.offer-withdrawn", null)).toBe("market: offer withdrawn");
});

it("names members, machines and the platform", () => {
  const people = [{ userId: "usr_1", name: "Ada", email: "ada@acme.example" }];
  expect(actorWords("user:usr_1", people)).toBe("Ada");
  expect(actorWords("user:usr_2", people)).toBe("A former member");
  expect(actorWords("machine:mch_1", people)).toBe("A machine");
  expect(actorWords("system:settle-job", people)).toBe("Trainyard");
});
