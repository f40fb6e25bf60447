import { z } from "zod";

const CENT = 10_000n;
const Key = z.string().min(8).max(100);

/** An amount that banks can move: whole cents. */
const WholeCents = z
  .bigint()
  .positive("Give more than nothing.")
  .refine((amount) => amount % CENT === 0n, "Give whole cents.");

/** Card networks refuse less than 50 cents; 250,000 dollars is far above what a card carries. */
const CARD_MICROS_MIN = 500_000n;
const TOP_UP_MICROS_MAX = 250_000_000_000n;

export const StartTopUpInput = z.strictObject({
  amountMicros: WholeCents.min(CARD_MICROS_MIN, "Add at least $0.50.").max(
    TOP_UP_MICROS_MAX,
    "Add at most $250,000 at a time; use a bank transfer for more.",
  ),
  method: z.enum(["card", "ach"]),
  idempotencyKey: Key,
});
export type StartTopUpInput = z.infer<typeof StartTopUpInput>;

export const TopUpInput = z.strictObject({ topUpId: z.string().max(60) });
export type TopUpInput = z.infer<typeof TopUpInput>;

/** Wires are for what cards and debits do not carry. */
const WIRE_MICROS_MAX = 10_000_000_000_000n;

export const SendTestWireInput = z.strictObject({
  amountMicros: WholeCents.max(WIRE_MICROS_MAX, "Send at most $10,000,000."),
  reference: z.string().trim().min(1).max(140),
});
export type SendTestWireInput = z.infer<typeof SendTestWireInput>;

export const RequestRefundInput = z.strictObject({
  amountMicros: WholeCents.max(TOP_UP_MICROS_MAX),
  reason: z.string().trim().min(1, "Say why.").max(500),
  idempotencyKey: Key,
});
export type RequestRefundInput = z.infer<typeof RequestRefundInput>;

export const DisputeEvidenceInput = z.strictObject({ disputeId: z.string().max(100) });
export type DisputeEvidenceInput = z.infer<typeof DisputeEvidenceInput>;

export const RequestPayoutInput = z.strictObject({
  amountMicros: WholeCents.max(TOP_UP_MICROS_MAX),
  idempotencyKey: Key,
});
export type RequestPayoutInput = z.infer<typeof RequestPayoutInput>;

export const SetAutoTopUpInput = z
  .strictObject({
    enabled: z.boolean(),
    belowMicros: z.bigint().nonnegative().max(TOP_UP_MICROS_MAX),
    amountMicros: WholeCents.min(CARD_MICROS_MIN, "Add at least $0.50.").max(TOP_UP_MICROS_MAX),
    monthlyMaxMicros: z.bigint().nonnegative().max(TOP_UP_MICROS_MAX),
  })
  .refine((input) => !input.enabled || input.monthlyMaxMicros >= input.amountMicros, {
    path: ["monthlyMaxMicros"],
    message: "The monthly ceiling is below one top-up, so nothing would ever be charged. Raise it.",
  });
export type SetAutoTopUpInput = z.infer<typeof SetAutoTopUpInput>;
