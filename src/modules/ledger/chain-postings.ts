import { micros, negateMicros, type Micros, type Tx } from "@/kernel";
import {
  earnings,
  ESCROW_LOSS,
  escrowClearing,
  hold,
  payoutInflight,
  quarantine,
  refundInflight,
  treasuryClearing,
  unallocated,
  type Account,
} from "./accounts";
import { postTransfer } from "./post-transfer";
import { lockBalance, readAccount } from "./store";

/** Where a deposit on chain belongs. */
export type DepositOwner =
  | { readonly kind: "hold"; readonly jobId: string; readonly organisationId: string }
  | { readonly kind: "refund"; readonly escrowOrderId: string; readonly organisationId: string }
  | { readonly kind: "quarantine"; readonly address: string }
  | { readonly kind: "unallocated"; readonly place: string };

/**
 * Books what an escrow contract took in for one order. `orderId` and `total`, what the contract says the order was paid in all,
 * name the deposit, whichever block it is in. Once per deposit.
 */
export async function postEscrowDeposit(
  tx: Tx,
  d: { chainId: number; contract: string; orderId: string; total: bigint; amount: Micros; owner: DepositOwner },
): Promise<void> {
  await move(tx, {
    idempotencyKey: `escrow-deposit:${d.chainId}:${d.contract}:${d.orderId}:${d.total}`,
    kind: "escrow-deposit",
    reference: d.owner.kind === "hold" ? d.owner.jobId : d.orderId,
    from: escrowClearing(d.contract),
    to: ownerAccount(d.owner),
    amount: d.amount,
  });
}

function ownerAccount(owner: DepositOwner): Account {
  switch (owner.kind) {
    case "hold":
      return hold(owner.jobId, owner.organisationId, "USDC");
    case "refund":
      return refundInflight(owner.organisationId, owner.escrowOrderId, "USDC");
    case "quarantine":
      return quarantine(owner.address);
    case "unallocated":
      return unallocated(owner.place);
  }
}

/** Takes what is left of a job's USDC hold out of it until the contract has given it back; returns how much. Once per order. */
export async function closeEscrowHold(
  tx: Tx,
  h: { jobId: string; organisationId: string; escrowOrderId: string },
): Promise<Micros> {
  const held = hold(h.jobId, h.organisationId, "USDC");
  const rest = micros(await lockBalance(tx, held.id));
  await move(tx, {
    idempotencyKey: `escrow-close:${h.escrowOrderId}`,
    kind: "void",
    reference: h.jobId,
    from: held,
    to: refundInflight(h.organisationId, h.escrowOrderId, "USDC"),
    amount: rest,
  });
  return rest;
}

/**
 * Books that the contract gave part of an order back to its payer: out of what was on its way back, then out of the hold, and
 * what neither covers is lost, since it paid for work already. `event` names it. Once per event.
 */
export async function postEscrowRefund(
  tx: Tx,
  r: { event: string; contract: string; jobId: string; organisationId: string; escrowOrderId: string; amount: Micros },
): Promise<{ lost: Micros }> {
  const back = refundInflight(r.organisationId, r.escrowOrderId, "USDC");
  const held = hold(r.jobId, r.organisationId, "USDC");
  const inflight = least(micros(await lockBalance(tx, back.id)), r.amount);
  const fromHold = least(micros(await lockBalance(tx, held.id)), micros(r.amount - inflight));
  const lost = micros(r.amount - inflight - fromHold);
  await postTransfer(tx, {
    idempotencyKey: `escrow-refund:${r.event}`,
    kind: "escrow-refund",
    reference: r.jobId,
    legs: [
      { account: back, amount: negateMicros(inflight) },
      { account: held, amount: negateMicros(fromHold) },
      { account: ESCROW_LOSS, amount: negateMicros(lost) },
      { account: escrowClearing(r.contract), amount: r.amount },
    ],
  });
  return { lost };
}

/** Books that the treasury drew its claim out of the contract. Once per event. */
export async function postSweep(
  tx: Tx,
  s: { event: string; contract: string; treasury: string; amount: Micros },
): Promise<void> {
  await move(tx, {
    idempotencyKey: `escrow-sweep:${s.event}`,
    kind: "sweep",
    reference: s.contract,
    from: treasuryClearing(s.treasury),
    to: escrowClearing(s.contract),
    amount: s.amount,
  });
}

/** Books USDC that somebody sent to the treasury unasked, the operator's own float among it. Once per event. */
export async function postTreasuryReceipt(
  tx: Tx,
  t: { event: string; treasury: string; amount: Micros },
): Promise<void> {
  await move(tx, {
    idempotencyKey: `treasury-receipt:${t.event}`,
    kind: "treasury-receipt",
    reference: t.treasury,
    from: treasuryClearing(t.treasury),
    to: unallocated("treasury"),
    amount: t.amount,
  });
}

/** A withdrawal of USDC earnings to a wallet. */
export interface WithdrawalPosting {
  readonly withdrawalId: string;
  readonly organisationId: string;
  readonly amount: Micros;
}

/** What a provider has earned in USDC and may withdraw. Locks the account. */
export async function lockUsdcEarnings(tx: Tx, organisationId: string): Promise<Micros> {
  return micros(await lockBalance(tx, earnings(organisationId, "USDC").id));
}

/** Takes a withdrawal out of the provider's earnings until it has ended. Once per withdrawal. */
export async function openWithdrawal(tx: Tx, w: WithdrawalPosting): Promise<void> {
  await withdrawal(tx, w, "", earnings(w.organisationId, "USDC"), withdrawing(w));
}

/** The money has left the treasury for good: nothing is owed any more. Once per withdrawal. */
export async function completeWithdrawal(tx: Tx, w: WithdrawalPosting & { treasury: string }): Promise<void> {
  await withdrawal(tx, w, "-paid", withdrawing(w), treasuryClearing(w.treasury));
}

/** The withdrawal did not happen: the money is in the provider's earnings again. Once per withdrawal. */
export async function returnWithdrawal(tx: Tx, w: WithdrawalPosting): Promise<void> {
  await withdrawal(tx, w, "-failed", withdrawing(w), earnings(w.organisationId, "USDC"));
}

/** What the books say is in a contract and in the treasury: positive amounts. */
export async function bookedOnChain(
  tx: Tx,
  where: { contract: string; treasury: string },
): Promise<{ escrow: Micros; treasury: Micros }> {
  return {
    escrow: micros(-(await readAccount(tx, escrowClearing(where.contract).id))),
    treasury: micros(-(await readAccount(tx, treasuryClearing(where.treasury).id))),
  };
}

const withdrawing = (w: WithdrawalPosting): Account => payoutInflight(w.organisationId, w.withdrawalId, "USDC");

function withdrawal(tx: Tx, w: WithdrawalPosting, step: string, from: Account, to: Account): Promise<void> {
  return move(tx, {
    idempotencyKey: `withdrawal${step}:${w.withdrawalId}`,
    kind: "payout",
    reference: w.withdrawalId,
    from,
    to,
    amount: w.amount,
  });
}

async function move(
  tx: Tx,
  m: { idempotencyKey: string; kind: string; reference: string; from: Account; to: Account; amount: Micros },
): Promise<void> {
  const { from, to, amount, ...transfer } = m;
  await postTransfer(tx, {
    ...transfer,
    legs: [
      { account: from, amount: negateMicros(amount) },
      { account: to, amount },
    ],
  });
}

function least(a: Micros, b: Micros): Micros {
  return a < b ? a : b;
}
