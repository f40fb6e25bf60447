import { z } from "zod";
import { newId, NotFound, record, requireRole, type Context } from "@/kernel";
import { ownsMachine, upsertOffer } from "./store";

export const SetOfferInput = z.strictObject({
  machineId: z.string().min(1).max(64),
  floorMicrosPerHour: z
    .bigint()
    .positive("The floor must be more than nothing.")
    .max(10_000_000_000n, "The floor is at most $10,000 an hour."),
  state: z.enum(["active", "paused"]),
});
export type SetOfferInput = z.infer<typeof SetOfferInput>;

/** Sets the standing ask of one of the organisation's machines, or pauses it. A running match keeps its price. */
export async function setOffer(ctx: Context, input: SetOfferInput): Promise<void> {
  const actor = requireRole(ctx.actor, "engineer");
  const { machineId, floorMicrosPerHour, state } = SetOfferInput.parse(input);
  await ctx.database.transaction(async (tx) => {
    if (!(await ownsMachine(tx, machineId, actor.organisationId))) throw new NotFound("machine", machineId);
    const id = newId("offer", ctx.clock.now().getTime());
    await upsertOffer(tx, { id, organisationId: actor.organisationId, machineId, floorMicrosPerHour, state });
    const details = { floorMicrosPerHour: String(floorMicrosPerHour), state };
    await record(tx, actor, { action: "market.offer-set", target: machineId, details });
  });
}
