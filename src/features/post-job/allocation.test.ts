import { expect, it } from "vitest";
import { micros } from "@/kernel/values/money";
import { EMPTY_ALLOCATION, readAllocation, type Project } from "./allocation";

const PROJECT: Project = {
  id: "prj_1",
  name: "Vision",
  costCentre: "CC-7",
  requiredTags: ["team"],
  poRequired: false,
  closed: false,
  monthMicros: micros(0n),
  totalMicros: micros(0n),
  budgets: [],
  purchaseOrders: [],
};

it("says nothing where nothing was written", () => {
  const { input } = readAllocation(EMPTY_ALLOCATION, null);
  expect(input).toEqual({ projectId: null, poNumber: null, costCentre: null, tags: {} });
});

it("takes the project's tags and further ones, and leaves out another project's", () => {
  const draft = { ...EMPTY_ALLOCATION, projectId: "prj_1", tags: { team: " vision ", client: "x" } };
  expect(readAllocation({ ...draft, moreTags: "run: a:b, kind=sweep" }, PROJECT).input?.tags).toEqual({
    team: "vision",
    run: "a:b",
    kind: "sweep",
  });
});

it("marks tags that are no pairs", () => {
  expect(readAllocation({ ...EMPTY_ALLOCATION, moreTags: "sweep" }, null)).toMatchObject({ input: null });
  expect(readAllocation({ ...EMPTY_ALLOCATION, moreTags: ": x" }, null).tagsError).toMatch(/name: value/);
});
