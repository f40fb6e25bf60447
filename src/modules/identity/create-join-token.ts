import { randomBytes } from "node:crypto";
import { sha256Hex } from "@trainyard/protocol";
import { newId, record, requireRole, type Context } from "@/kernel";
import { insertJoinToken } from "./store";

const VALID_MS = 60 * 60 * 1000;

/** Makes a token that lets one machine join the actor's organisation within an hour. Shown once; only its hash is kept. */
export async function createJoinToken(ctx: Context): Promise<{ joinToken: string; expiresAt: Date }> {
  const actor = requireRole(ctx.actor, "engineer");
  const joinToken = `tyj_${randomBytes(24).toString("base64url")}`;
  const expiresAt = new Date(ctx.clock.now().getTime() + VALID_MS);
  const id = newId("joinToken", ctx.clock.now().getTime());
  await ctx.database.transaction(async (tx) => {
    const tokenHash = sha256Hex(joinToken);
    await insertJoinToken(tx, {
      id,
      tokenHash,
      organisationId: actor.organisationId,
      createdBy: actor.userId,
      expiresAt,
    });
    await record(tx, actor, { action: "identity.join-token-created", target: id });
  });
  return { joinToken, expiresAt };
}
