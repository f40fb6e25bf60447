import { expect, it } from "vitest";
import { activitySentence, actorWords, changesOf } from "./words";

it("tells an act with its amounts in what they were paid in", () => {
  expect(activitySentence("settlement.job-posted", { name: "Digits", rail: "usdc", limitMicros: "37000" })).toBe(
    "posted the job Digits with a limit of 0.037 USDC",
  );
  expect(activitySentence("settlement.job-posted", { name: "Digits", limitMicros: "37000" })).toBe(
    "posted the job Digits with a limit of $0.037",
  );
});

it("keeps an act it does not know readable", () => {
  expect(activitySentence("market.offer-withdrawn", null)).toBe("market: offer withdrawn");
});

it("tells what was there before and what is there since, amounts in dollars", () => {
  expect(
    changesOf({
      before: { soloLimitMicros: null, requestDays: 7, projectRequired: false },
      after: { soloLimitMicros: "5000000", requestDays: 7, projectRequired: true },
    }),
  ).toEqual(["Solo limit: none → $5.00", "Project required: no → yes"]);
  expect(changesOf({ before: null, after: { requiredTags: ["team"], name: "Vision" } })).toEqual([
    "Required tags: none → team",
    "Name: none → Vision",
  ]);
  expect(changesOf({ name: "x" })).toEqual([]);
});

it("names members, machines and the platform", () => {
  const people = [{ userId: "usr_1", name: "Ada", email: "ada@acme.example" }];
  expect(actorWords("user:usr_1", people)).toBe("Ada");
  expect(actorWords("user:usr_2", people)).toBe("A former member");
  expect(actorWords("machine:mch_1", people)).toBe("A machine");
  expect(actorWords("system:settle-job", people)).toBe("Trainyard");
});
