import { newId, type Context, type Tx } from "@/kernel";
import { addressOf, type Address, type Hex } from "../chain/address";
import type { ChainRail } from "../rail";
import { insertTransaction } from "../store/transactions";

/** What a transaction is for. Deposits are brought by the relayer, everything else is sent by the treasury. */
export type TransactionKind = "relay-deposit" | "release" | "cancel" | "sweep" | "transfer";

/** Queues a transaction with what it is for; while one for the same purpose is under way nothing is queued. */
export async function queueTransaction(
  ctx: Context,
  tx: Tx,
  rail: ChainRail,
  t: { kind: TransactionKind; reference: string; to: Address; data: Hex; deadline?: Date },
): Promise<boolean> {
  const now = ctx.clock.now();
  const account = t.kind === "relay-deposit" ? rail.relayer : rail.treasury;
  return insertTransaction(tx, {
    id: newId("chainTransaction", now.getTime()),
    keyId: keyIdOf(rail, addressOf(account.address)),
    kind: t.kind,
    reference: t.reference,
    toAddress: t.to,
    callData: t.data,
    createdAt: now,
    ...(t.deadline === undefined ? {} : { deadline: t.deadline }),
  });
}

/** One account on one chain: its nonces are counted there alone. */
export function keyIdOf(rail: ChainRail, address: Address): string {
  return `${rail.chainId}:${address}`;
}
