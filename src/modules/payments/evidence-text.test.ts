import { expect, test } from "vitest";
import { micros } from "@/kernel";
import { evidenceFields } from "./evidence-text";

const paid = { micros: micros(250_000_000n), at: new Date("2026-03-01T10:00:00Z") };
const job = (index: number) => ({
  jobId: `job_${index}`,
  name: `Digits ${index}`,
  specHash: "ab".repeat(32),
  createdAt: new Date(Date.UTC(2026, 2, 2, index % 24)),
  segmentCount: 40,
  verified: 37,
  lastVerifiedAt: new Date(Date.UTC(2026, 2, 3, index % 24)),
  paidMicros: micros(12_340_000n),
  commitment: "cd".repeat(32),
});

test("a bank reads who paid, what was delivered, when last, and by which hashes it can be checked", () => {
  const fields = evidenceFields({ customerName: "Acme", jobs: [job(1), job(2)] }, paid);
  expect(fields).toMatchObject({ customer_name: "Acme", service_date: "2026-03-03" });
  for (const part of [
    "2026-03-01 Acme paid $250.00",
    "job_1",
    "37 of 40 segments",
    "$12.34",
    "ab".repeat(32),
    "cd".repeat(32),
  ])
    expect(fields.uncategorized_text).toContain(part);
});

test("without delivered work nothing is claimed", () => {
  const fields = evidenceFields({ customerName: "Acme", jobs: [] }, paid);
  expect(fields.service_date).toBeUndefined();
  expect(fields.uncategorized_text).toContain("No work has been delivered");
});

test("many jobs stay within what Stripe takes in one field", () => {
  const jobs = Array.from({ length: 400 }, (_, index) => job(index));
  expect(evidenceFields({ customerName: "Acme", jobs }, paid).uncategorized_text.length).toBeLessThanOrEqual(20_000);
});
