import { JobInput, PlanInput } from "@/modules/jobs";
import { AllocationInput } from "@/modules/spending";
import { z } from "zod";

export const QuoteJobInput = PlanInput;
export type QuoteJobInput = z.infer<typeof QuoteJobInput>;

export const PostJobInput = PlanInput.extend(AllocationInput.shape).extend({
  name: z.string().trim().min(1, "Give the job a name.").max(100),
  limitMicros: z.bigint().positive("The limit must be more than nothing.").max(1_000_000_000_000_000n),
  idempotencyKey: z.string().min(8).max(100),
  /** What pays: the organisation's balance, unless it says otherwise. */
  rail: z.enum(["balance", "usdc"]).optional(),
});
export type PostJobInput = z.infer<typeof PostJobInput>;

const COMMENT_MAX = 500;

export const ApproveJobInput = JobInput.extend({
  comment: z.string().trim().max(COMMENT_MAX, "At most 500 characters.").default(""),
});
export type ApproveJobInput = z.input<typeof ApproveJobInput>;

export const DeclineJobInput = JobInput.extend({
  comment: z
    .string()
    .trim()
    .min(1, "Say why, so that whoever asked knows what to change.")
    .max(COMMENT_MAX, "At most 500 characters."),
});
export type DeclineJobInput = z.infer<typeof DeclineJobInput>;

export const DeliverableKind = z.enum(["checkpoint", "model", "receipt"]);
export type DeliverableKind = z.infer<typeof DeliverableKind>;

export const DeliverableInput = JobInput.extend({ kind: DeliverableKind });
export type DeliverableInput = z.infer<typeof DeliverableInput>;
