import { randomBytes } from "node:crypto";
import { createSiweMessage } from "viem/siwe";
import { requireRole, type Context } from "@/kernel";
import { addressOf } from "../chain/address";
import { StartLinkInput } from "../inputs";
import type { ChainRail } from "../rail";
import { insertChallenge } from "../store/wallets";
import { requireAllowed } from "./require-allowed";

const CHALLENGE_MS = 10 * 60_000;

/**
 * Gives a wallet the message (EIP-4361) by whose signature it is linked to the actor's organisation. The message names this
 * site, the chain and a nonce of ours that counts once, so it is worth nothing anywhere else or a second time.
 */
export async function startLink(
  ctx: Context,
  rail: ChainRail,
  input: StartLinkInput,
): Promise<{ challengeId: string; message: string }> {
  const actor = requireRole(ctx.actor, "engineer", "finance");
  const address = addressOf(StartLinkInput.parse(input).address);
  await requireAllowed(ctx, rail, address, "link");
  const challengeId = randomBytes(16).toString("hex");
  const now = ctx.clock.now();
  const expiresAt = new Date(now.getTime() + CHALLENGE_MS);
  const message = createSiweMessage({
    address,
    chainId: rail.chainId,
    domain: new URL(rail.publicUrl).host,
    uri: rail.publicUrl,
    version: "1",
    nonce: challengeId,
    issuedAt: now,
    expirationTime: expiresAt,
    statement: "Link this wallet to your organisation at Trainyard. This moves no money.",
  });
  const { organisationId, userId } = actor;
  await ctx.database.transaction((tx) =>
    insertChallenge(tx, { id: challengeId, organisationId, userId, address, message, expiresAt }),
  );
  return { challengeId, message };
}
