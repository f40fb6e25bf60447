import { describe, expect, it } from "vitest";
import { chartColumns, lossCsv, smooth, verifiedUntil } from "./series";

const points = [
  { step: 1, loss: 2, verified: true },
  { step: 2, loss: 1, verified: true },
  { step: 3, loss: 0.5, verified: false },
];
const evaluations = [
  { step: 2, loss: 0.9, accuracy: 0.8, verified: true },
  { step: 4, loss: 0.4, accuracy: null, verified: false },
];

describe("smooth", () => {
  it("leaves values as they are at weight 0 and keeps a constant at any weight", () => {
    expect(smooth([3, 1, 2], 0)).toEqual([3, 1, 2]);
    for (const value of smooth([4, 4, 4, 4], 0.9)) expect(value).toBeCloseTo(4, 12);
  });

  it("starts at the first value, not at zero", () => expect(smooth([10, 0], 0.5)).toEqual([10, 10 / 3]));
});

describe("chartColumns", () => {
  const columns = chartColumns(points, evaluations, 0);

  it("lines up losses and evaluations by step", () => {
    expect(columns.steps).toEqual([1, 2, 3, 4]);
    expect(columns.raw).toEqual([2, 1, 0.5, null]);
    expect(columns.accuracyVerified).toEqual([null, 0.8, null, null]);
    expect(columns.accuracyUnverified).toEqual([null, null, null, null]);
  });

  it("draws verified and unverified apart, joined at the last verified step", () => {
    expect(columns.verified).toEqual([2, 1, null, null]);
    expect(columns.unverified).toEqual([null, 1, 0.5, null]);
  });
});

it("verifiedUntil stops at the first unverified step", () => {
  expect(verifiedUntil(points)).toBe(2);
  expect(verifiedUntil([])).toBe(0);
});

it("lossCsv has a row for every step and empty cells for what is missing", () => {
  expect(lossCsv(points, evaluations).trimEnd().split("\n")).toEqual([
    "step,training_loss,held_out_loss,held_out_accuracy,verified",
    "1,2,,,true",
    "2,1,0.9,0.8,true",
    "3,0.5,,,false",
    "4,,0.4,,false",
  ]);
});
