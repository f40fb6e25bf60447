import { JobInput, PlanInput } from "@/modules/jobs";
import { z } from "zod";

export const QuoteJobInput = PlanInput;
export type QuoteJobInput = z.infer<typeof QuoteJobInput>;

export const PostJobInput = PlanInput.extend({
  name: z.string().trim().min(1, "Give the job a name.").max(100),
  limitMicros: z.bigint().positive("The limit must be more than nothing.").max(1_000_000_000_000_000n),
  idempotencyKey: z.string().min(8).max(100),
});
export type PostJobInput = z.infer<typeof PostJobInput>;

export const DeliverableKind = z.enum(["checkpoint", "model", "receipt"]);
export type DeliverableKind = z.infer<typeof DeliverableKind>;

export const DeliverableInput = JobInput.extend({ kind: DeliverableKind });
export type DeliverableInput = z.infer<typeof DeliverableInput>;
