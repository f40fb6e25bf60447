import fc from "fast-check";
import { expect, test } from "vitest";
import { decideApproval, type WaitingTerms } from "./decide-approval";
import { decideSpending, type PolicyTerms, type ProjectTerms, type SpentSoFar } from "./decide-spending";
import { levelsReached, monthOf } from "./alert-levels";

const ROLES = ["owner", "admin", "engineer", "finance", "viewer"] as const;
const NOW = new Date("2026-11-25T12:00:00Z");
const LATER = new Date("2026-12-02T12:00:00Z");
const FREE: PolicyTerms = {
  soloLimitMicros: null,
  soloMonthMicros: null,
  pairLimitMicros: null,
  projectRequired: false,
};
const NOTHING: SpentSoFar = { monthMicros: 0n, totalMicros: 0n, orderMicros: 0n, aloneMicros: 0n };
const PROJECT: ProjectTerms = {
  name: "Vision",
  closed: false,
  requiredTags: [],
  poRequired: false,
  budgets: [],
  purchaseOrder: null,
};

const amount = fc.bigInt(1n, 1_000_000n);
const limit = fc.option(fc.bigInt(0n, 1_000_000n));
const policy = fc
  .record({ soloLimitMicros: limit, soloMonthMicros: limit, pairLimitMicros: limit, projectRequired: fc.boolean() })
  .filter(({ soloLimitMicros: solo, pairLimitMicros: pair }) => solo === null || pair === null || pair >= solo);
const budget = fc.record({
  period: fc.constantFrom("month" as const, "total" as const),
  amountMicros: amount,
  hardStop: fc.boolean(),
});
const order = fc.option(fc.record({ number: fc.constant("PO-1"), amountMicros: amount, closed: fc.boolean() }));
const project = fc.record({
  name: fc.constant("Vision"),
  closed: fc.boolean(),
  requiredTags: fc.subarray(["team", "client"]),
  poRequired: fc.boolean(),
  budgets: fc.uniqueArray(budget, { selector: ({ period }) => period }),
  purchaseOrder: order,
});
const request = fc.record({
  amountMicros: amount,
  poNumber: fc.option(fc.constant("PO-1")),
  tags: fc.dictionary(fc.constantFrom("team", "client"), fc.constantFrom("", "a")),
});
const spent = fc.record({ monthMicros: amount, totalMicros: amount, orderMicros: amount, aloneMicros: amount });

test("nothing that is not refused ever exceeds a hard budget or a purchase order", () => {
  fc.assert(
    fc.property(policy, project, request, spent, (rules, about, asked, used) => {
      const decision = decideSpending(rules, about, asked, used);
      if (decision.kind === "refused") return;
      for (const { period, amountMicros, hardStop } of about.budgets) {
        const before = period === "month" ? used.monthMicros : used.totalMicros;
        if (hardStop) expect(before + asked.amountMicros <= amountMicros).toBe(true);
      }
      if (asked.poNumber !== null && about.purchaseOrder !== null)
        expect(used.orderMicros + asked.amountMicros <= about.purchaseOrder.amountMicros).toBe(true);
      expect(about.closed).toBe(false);
      for (const tag of about.requiredTags) expect(asked.tags[tag]).toBe("a");
      if (about.poRequired) expect(about.purchaseOrder?.closed).toBe(false);
    }),
    { numRuns: 2_000 },
  );
});

test("what goes through without consent is within every limit of one person, and needs two above the pair limit", () => {
  fc.assert(
    fc.property(policy, request, spent, (rules, asked, used) => {
      const decision = decideSpending({ ...rules, projectRequired: false }, null, asked, used);
      const { amountMicros } = asked;
      const pair = rules.pairLimitMicros !== null && amountMicros > rules.pairLimitMicros;
      const alone =
        (rules.soloLimitMicros === null || amountMicros <= rules.soloLimitMicros) &&
        (rules.soloMonthMicros === null || used.aloneMicros + amountMicros <= rules.soloMonthMicros);
      if (pair) expect(decision).toMatchObject({ kind: "needs-approval", approvals: 2 });
      else if (alone) expect(decision).toEqual({ kind: "allowed" });
      else expect(decision).toMatchObject({ kind: "needs-approval", approvals: 1 });
    }),
    { numRuns: 2_000 },
  );
});

test("a request is committed only by enough different approvers, none of them the one who asked", () => {
  const people = ["ann", "bob", "cem", "dee", "eve"];
  const acts = fc.array(fc.record({ who: fc.constantFrom(...people), minutes: fc.integer({ min: 0, max: 20_000 }) }));
  const roles = fc.tuple(...people.map(() => fc.constantFrom(...ROLES)));
  fc.assert(
    fc.property(acts, roles, fc.constantFrom(1 as const, 2 as const), (steps, given, approvals) => {
      const roleOf = new Map(people.map((name, index) => [name, given[index] ?? "viewer"]));
      const said: { approverId: string }[] = [];
      const rules = { kind: "needs-approval" as const, approvals, roles: [], reason: "" };
      let state: WaitingTerms["state"] = "waiting";
      for (const { who, minutes } of steps) {
        const now = new Date(NOW.getTime() + minutes * 60_000);
        const role = roleOf.get(who) ?? "viewer";
        const asked: WaitingTerms = { state, requestedBy: "ann", expiresAt: LATER };
        const outcome = decideApproval(asked, { userId: who, role }, said, roleOf, rules, now);
        if (who === "ann" || role === "engineer" || role === "viewer" || state !== "waiting" || now >= LATER) {
          expect(outcome.kind).toBe("refused");
          continue;
        }
        said.push({ approverId: who });
        const different = new Set(said.map(({ approverId }) => approverId));
        expect(different.has("ann")).toBe(false);
        expect(outcome.kind).toBe(different.size >= approvals ? "commit" : "wait");
        if (outcome.kind === "commit") state = "committed";
      }
    }),
    { numRuns: 2_000 },
  );
});

test.each(["declined", "expired", "withdrawn", "committed", "released"] as const)(
  "a request that is %s is never approved",
  (state) => {
    const asked = { state, requestedBy: "ann", expiresAt: LATER };
    const outcome = decideApproval(asked, { userId: "bob", role: "owner" }, [], new Map(), { kind: "allowed" }, NOW);
    expect(outcome.kind).toBe("refused");
  },
);

test("the consent of somebody who is no approver any more does not count", () => {
  const asked: WaitingTerms = { state: "waiting", requestedBy: "ann", expiresAt: LATER };
  const rules = { kind: "needs-approval" as const, approvals: 2 as const, roles: [], reason: "" };
  const given = [{ approverId: "bob" }, { approverId: "gone" }, { approverId: "ann" }];
  const roles = new Map([
    ["ann", "owner" as const],
    ["bob", "engineer" as const],
    ["cem", "finance" as const],
  ]);
  const decide = (now: ReadonlyMap<string, (typeof ROLES)[number]>) =>
    decideApproval(asked, { userId: "cem", role: "finance" }, given, now, rules, NOW);
  expect(decide(roles)).toEqual({ kind: "wait", missing: 1 });
  expect(decide(new Map([...roles, ["bob", "finance" as const]]))).toEqual({ kind: "commit" });
});

test("refusals name the numbers and the way out", () => {
  const ask = { amountMicros: 30_000_000n, poNumber: null, tags: {} };
  const budgets = [{ period: "month" as const, amountMicros: 100_000_000n, hardStop: true }];
  const over = decideSpending(FREE, { ...PROJECT, budgets }, ask, { ...NOTHING, monthMicros: 80_000_000n });
  expect(over).toMatchObject({ kind: "refused", code: "budget-exceeded" });
  expect(over.kind === "refused" ? over.reason : "").toBe(
    "The project Vision may spend $100.00 this month and has $20.00 left; this job may cost $30.00. Lower the limit, or have finance raise the budget.",
  );
  const soft = budgets.map((terms) => ({ ...terms, hardStop: false }));
  expect(decideSpending(FREE, { ...PROJECT, budgets: soft }, ask, { ...NOTHING, monthMicros: 80_000_000n }).kind).toBe(
    "allowed",
  );
  expect(decideSpending({ ...FREE, projectRequired: true }, null, ask, NOTHING)).toMatchObject({
    code: "project-required",
  });
  const unknown = decideSpending(FREE, PROJECT, { ...ask, poNumber: "PO-9" }, NOTHING);
  expect(unknown).toMatchObject({ code: "purchase-order-unknown" });
});

test("alerts come at 50, 75, 90 and 100 percent, on the micro", () => {
  expect(levelsReached(49_999_999n, 100_000_000n)).toEqual([]);
  expect(levelsReached(50_000_000n, 100_000_000n)).toEqual([50]);
  expect(levelsReached(90_000_000n, 100_000_000n)).toEqual([50, 75, 90]);
  expect(levelsReached(100_000_001n, 100_000_000n)).toEqual([50, 75, 90, 100]);
  expect(monthOf(new Date("2026-12-31T23:59:59.999Z"))).toBe("2026-12");
});
