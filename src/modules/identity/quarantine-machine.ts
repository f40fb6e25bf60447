import { record, requireSystem, type Context, type Tx } from "@/kernel";
import { setQuarantine } from "./store";

/** Takes a machine off the market after a proven fault. It keeps what it earned; only the platform lifts this. */
export async function quarantineMachine(ctx: Context, tx: Tx, machineId: string, reason: string): Promise<void> {
  requireSystem(ctx.actor);
  await setQuarantine(tx, machineId, reason);
  await record(tx, ctx.actor, { action: "identity.machine-quarantined", target: machineId, details: { reason } });
}
