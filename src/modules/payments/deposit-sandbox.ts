import { z } from "zod";
import { assert, micros, newId, record, requireRole, type Context } from "@/kernel";
import { creditDeposit, SANDBOX_CLEARING } from "@/modules/ledger";
import { DepositMismatch, SandboxClosed } from "./errors";
import type { Rails } from "./rails";
import { findDepositByKey, insertDeposit } from "./store/deposits";

/** One million dollars: enough for any demonstration. */
const DEPOSIT_MICROS_MAX = 1_000_000_000_000n;

export const DepositSandboxInput = z.strictObject({
  amountMicros: z
    .bigint()
    .positive("Add more than nothing.")
    .max(DEPOSIT_MICROS_MAX, "Add at most $1,000,000 at a time."),
  idempotencyKey: z.string().min(8).max(100),
});
export type DepositSandboxInput = z.infer<typeof DepositSandboxInput>;

/** Adds demo dollars to the actor's organisation. Idempotent on the key: the same amount again answers the first deposit. */
export async function depositSandbox(
  ctx: Context,
  rails: Pick<Rails, "sandboxEnabled">,
  input: DepositSandboxInput,
): Promise<{ depositId: string }> {
  const actor = requireRole(ctx.actor, "finance");
  if (!rails.sandboxEnabled) throw new SandboxClosed("Demo money exists only in the sandbox. Pay by a real rail here.");
  const { amountMicros, idempotencyKey } = DepositSandboxInput.parse(input);
  const { organisationId } = actor;
  return ctx.database.transaction(async (tx) => {
    const id = newId("deposit", ctx.clock.now().getTime());
    await insertDeposit(tx, {
      id,
      organisationId,
      rail: "sandbox",
      amountMicros,
      idempotencyKey,
      createdBy: actor.userId,
    });
    const deposit = await findDepositByKey(tx, organisationId, idempotencyKey);
    assert(deposit !== null, "the deposit was inserted or was there");
    if (deposit.amountMicros !== amountMicros)
      throw new DepositMismatch("This idempotency key was used for another amount. Use a new key for a new deposit.");
    if (deposit.id !== id) return { depositId: deposit.id };
    await creditDeposit(tx, {
      depositId: id,
      organisationId,
      amount: micros(amountMicros),
      clearing: SANDBOX_CLEARING,
    });
    await record(tx, actor, {
      action: "payments.sandbox-deposit",
      target: id,
      details: { amountMicros: String(amountMicros) },
    });
    return { depositId: id };
  });
}
