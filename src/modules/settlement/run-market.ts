import { requireSystem, type Context } from "@/kernel";
import { machineFacts } from "@/modules/identity";
import { addEvent, addUnmatched } from "@/modules/jobs";
import { runBatch } from "@/modules/market";

/** Task: clears one batch of the auction and tells every order in it what happened and why. Returns the number of fills. */
export async function runMarket(ctx: Context): Promise<number> {
  requireSystem(ctx.actor);
  return ctx.database.transaction(async (tx) => {
    const { fills, unfilled } = await runBatch(ctx, tx);
    const machines = await machineFacts(
      tx,
      fills.map((fill) => fill.machineId),
    );
    for (const fill of fills) {
      const machine = machines.get(fill.machineId);
      await addEvent(tx, fill.jobId, {
        type: "matched",
        machine: machine?.name ?? fill.machineId,
        organisation: machine?.organisationName ?? fill.providerId,
        pricePerSegmentMicros: String(fill.pricePerSegmentMicros),
        explanation: fill.explanation,
      });
    }
    for (const { jobId, explanation } of unfilled) await addUnmatched(tx, jobId, explanation);
    return fills.length;
  });
}
