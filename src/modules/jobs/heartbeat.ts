import { HeartbeatRequest, type HeartbeatResponse } from "@trainyard/protocol";
import { requireMachine, type Context } from "@/kernel";
import { LeaseFenced } from "./errors";
import { extendLease } from "./store/leases";

/** Keeps a lease alive and appends the losses streamed since the last beat. Throws LeaseFenced when it is not the caller's any more. */
export async function heartbeat(
  ctx: Context,
  input: { leaseId: string; leaseMs: number; beat: HeartbeatRequest },
): Promise<HeartbeatResponse> {
  const { machineId } = requireMachine(ctx.actor);
  const { token, stepsDone, lossesFrom, losses } = HeartbeatRequest.parse(input.beat);
  const bytes = new Uint8Array(Buffer.from(losses, "base64"));
  const kept = await extendLease(ctx.database.reader, {
    leaseId: input.leaseId,
    machineId,
    token: BigInt(token),
    stepsDone,
    lossesFrom,
    losses: bytes.subarray(0, bytes.byteLength - (bytes.byteLength % 4)),
    leaseMs: input.leaseMs,
  });
  if (!kept)
    throw new LeaseFenced("This lease is over or was handed to another holder. Drop the work and ask for a new lease.");
  return { expiresInMs: input.leaseMs };
}
