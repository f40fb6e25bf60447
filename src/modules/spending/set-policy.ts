import { record, requireRole, type Context } from "@/kernel";
import { changeOf } from "./change-of";
import { SetPolicyInput } from "./inputs";
import { lockPolicy, updatePolicy } from "./store";

/** Sets what one person may spend alone and when others must agree. It counts at once, for waiting requests too. */
export async function setPolicy(ctx: Context, input: SetPolicyInput): Promise<void> {
  const actor = requireRole(ctx.actor, "finance");
  const policy = SetPolicyInput.parse(input);
  const { organisationId } = actor;
  await ctx.database.transaction(async (tx) => {
    const { soloLimitMicros, soloMonthMicros, pairLimitMicros, projectRequired, requestDays } = await lockPolicy(
      tx,
      organisationId,
    );
    const before = { soloLimitMicros, soloMonthMicros, pairLimitMicros, projectRequired, requestDays };
    await updatePolicy(tx, organisationId, { ...policy, updatedAt: ctx.clock.now() });
    await record(tx, actor, {
      action: "spending.policy-set",
      target: organisationId,
      details: changeOf(before, policy),
    });
  });
}
