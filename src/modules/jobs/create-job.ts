import { randomBytes } from "node:crypto";
import { drawKeyHash, jobSpecHash, type JobSpec } from "@trainyard/protocol";
import type { MemberActor, Micros, Tx } from "@/kernel";
import { addEvent } from "./job-events";
import { insertJob } from "./store/jobs";
import type { Prisma } from "@/kernel/db/client";

/** Inserts a posted job with a fresh secret draw key. The caller has checked the actor. */
export async function createJob(
  tx: Tx,
  actor: MemberActor,
  job: {
    id: string;
    name: string;
    template: string;
    spec: JobSpec;
    quote: Prisma.InputJsonObject;
    flopsPerSegment: number;
    limit: Micros;
    datasetId: string;
    idempotencyKey: string;
    requestHash: string;
    rail: "balance" | "usdc";
    /** Which gate it waits at. */
    state: "awaiting_approval" | "awaiting_funds";
  },
): Promise<void> {
  const drawKey = randomBytes(32).toString("hex");
  const { limit, ...columns } = job;
  await insertJob(tx, {
    ...columns,
    limitMicros: limit,
    organisationId: actor.organisationId,
    createdBy: actor.userId,
    specHash: jobSpecHash(job.spec),
    drawKey,
    drawKeyHash: drawKeyHash(drawKey),
  });
  await addEvent(tx, job.id, {
    type: "posted",
    name: job.name,
    limitMicros: String(limit),
    segments: job.spec.segmentCount,
  });
}
