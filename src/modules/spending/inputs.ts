import { z } from "zod";

const AMOUNT_MICROS_MAX = 1_000_000_000_000_000n;
const Amount = z.bigint().nonnegative("Not less than nothing.").max(AMOUNT_MICROS_MAX, "At most $1,000,000,000.");
const PositiveAmount = z
  .bigint()
  .positive("The amount must be more than nothing.")
  .max(AMOUNT_MICROS_MAX, "At most $1,000,000,000.");
const TagName = z
  .string()
  .trim()
  .regex(
    /^[\p{L}\p{N}][\p{L}\p{N} ._-]{0,39}$/u,
    "A tag's name has letters, digits, spaces, points and hyphens, at most 40.",
  );
const ShortText = z.string().trim().min(1, "Write something.").max(80, "At most 80 characters.");
const OrderNumber = z.string().trim().min(1, "Write the order's number.").max(40, "At most 40 characters.");
const ProjectId = z.string().min(1).max(64);

/** What a job is for, as its poster says it. */
export const AllocationInput = z.strictObject({
  projectId: ProjectId.nullish(),
  poNumber: OrderNumber.nullish(),
  costCentre: ShortText.nullish(),
  tags: z
    .record(TagName, z.string().trim().max(100, "At most 100 characters."))
    .refine((tags) => Object.keys(tags).length <= 20, "At most 20 tags.")
    .optional(),
});
export type AllocationInput = z.infer<typeof AllocationInput>;

/** An amount, or its decimal text: a browser's cache keys its questions by JSON, which knows no bigint. */
const AmountOrText = z.union([
  z.bigint(),
  z
    .string()
    .regex(/^\d{1,19}$/)
    .transform(BigInt),
]);

export const PreviewSpendingInput = AllocationInput.extend({ amountMicros: AmountOrText.pipe(PositiveAmount) });
export type PreviewSpendingInput = z.input<typeof PreviewSpendingInput>;

export const SetPolicyInput = z
  .strictObject({
    soloLimitMicros: Amount.nullable(),
    soloMonthMicros: Amount.nullable(),
    pairLimitMicros: Amount.nullable(),
    projectRequired: z.boolean(),
    requestDays: z.int().min(1, "At least one day.").max(90, "At most 90 days."),
  })
  .refine(
    (policy) =>
      policy.soloLimitMicros === null || (policy.pairLimitMicros ?? policy.soloLimitMicros) >= policy.soloLimitMicros,
    {
      path: ["pairLimitMicros"],
      message: "The amount above which two people approve is not below the one that needs one.",
    },
  );
export type SetPolicyInput = z.infer<typeof SetPolicyInput>;

const ProjectFields = z.strictObject({
  name: z.string().trim().min(2, "A project's name has at least 2 characters.").max(80, "At most 80 characters."),
  costCentre: ShortText.nullable(),
  requiredTags: z
    .array(TagName)
    .max(10, "At most 10 tags.")
    .refine((tags) => new Set(tags).size === tags.length, "Every tag once."),
  poRequired: z.boolean(),
});

export const CreateProjectInput = ProjectFields;
export type CreateProjectInput = z.infer<typeof CreateProjectInput>;

export const UpdateProjectInput = ProjectFields.extend({ projectId: ProjectId });
export type UpdateProjectInput = z.infer<typeof UpdateProjectInput>;

export const CloseProjectInput = z.strictObject({ projectId: ProjectId });
export type CloseProjectInput = z.infer<typeof CloseProjectInput>;

export const SetBudgetInput = z.strictObject({
  projectId: ProjectId,
  period: z.enum(["month", "total"]),
  /** Null takes the budget away. */
  budget: z.strictObject({ amountMicros: PositiveAmount, hardStop: z.boolean() }).nullable(),
});
export type SetBudgetInput = z.infer<typeof SetBudgetInput>;

export const SetPurchaseOrderInput = z.strictObject({
  projectId: ProjectId,
  number: OrderNumber,
  amountMicros: PositiveAmount,
  closed: z.boolean(),
});
export type SetPurchaseOrderInput = z.infer<typeof SetPurchaseOrderInput>;

export const ListRequestsInput = z.strictObject({ waitingOnly: z.boolean() });
export type ListRequestsInput = z.infer<typeof ListRequestsInput>;

export const RequestInput = z.strictObject({ jobId: z.string().min(1).max(64) });
export type RequestInput = z.infer<typeof RequestInput>;
