import { BaseError, type PublicClient } from "viem";
import { micros, requireSystem, type Context, type Micros, type Tx } from "@/kernel";
import { bookedOnChain } from "@/modules/ledger";
import { addressOf, hexOf, type Address } from "./chain/address";
import { testUsdcAbi } from "./contract/test-usdc";
import { trainyardEscrowAbi } from "./contract/trainyard-escrow";
import { ChainUnreachable } from "./errors";
import { treasuryOf, type ChainRail } from "./rail";
import { readAttempts } from "./send/attempts";
import { firstWaitingBlock, lockCursor, selectPaidOutside, sumAppliedAbove } from "./store/history";
import { selectOpenIncidents } from "./store/incidents";
import { selectOrdersIn } from "./store/orders";
import { selectSentTransfers } from "./store/wallets";
import { askNodes } from "./wallets/verify";

/** Something that the books and the chain do not agree on, or that a person has to look at. */
export interface ChainDifference {
  readonly kind: string;
  readonly reference: string;
  readonly ledgerMicros: Micros;
  readonly chainMicros: Micros;
  /** Since when it is known; null for a comparison that was just made. */
  readonly since: Date | null;
  readonly sentence: string;
}

/** What the books say as of one settled block. */
interface Books {
  readonly block: bigint;
  readonly escrow: bigint;
  readonly treasury: bigint;
  readonly orders: readonly string[];
  readonly payers: readonly string[];
  readonly sent: readonly { amountMicros: bigint; attempts: unknown }[];
}

/** What the chain says at that block. */
interface OnChain {
  readonly inOrders: bigint;
  readonly treasuryClaim: bigint;
  readonly otherClaims: bigint;
  readonly contractBalance: bigint;
  readonly treasuryBalance: bigint;
  readonly sentAlready: bigint;
}

/**
 * Compares the books with contract and treasury at one settled block, up to which everything was acted on. Open incidents are
 * named beside what does not agree. A chain that was never read has nothing to compare.
 */
export async function chainDifferences(ctx: Context, rail: ChainRail): Promise<ChainDifference[]> {
  requireSystem(ctx.actor);
  const books = await ctx.database.transaction((tx) => readBooks(tx, rail));
  const incidents = (await selectOpenIncidents(ctx.database.reader)).map((incident) => ({
    kind: incident.kind,
    reference: incident.reference,
    ledgerMicros: micros(0n),
    chainMicros: micros(incident.amountMicros ?? 0n),
    since: incident.openedAt,
    sentence: incident.detail,
  }));
  if (books === null) return incidents;
  try {
    const chain = await askNodes(rail, (node) => readChain(rail, node, books));
    return [...compare(rail, books, chain), ...incidents];
  } catch (error) {
    // No node answers, or none has the block any more: that nothing could be compared is a difference of its own.
    if (!(error instanceof ChainUnreachable || error instanceof BaseError)) throw error;
    return [...incidents, unreadable(rail, books, error)];
  }
}

function unreadable(rail: ChainRail, books: Books, error: ChainUnreachable | BaseError): ChainDifference {
  const reason = error instanceof BaseError ? error.shortMessage : "no node of the chain answers.";
  return {
    kind: "chain-unreadable",
    reference: rail.id,
    ledgerMicros: micros(books.escrow + books.treasury),
    chainMicros: micros(0n),
    since: null,
    sentence: `Contract and treasury could not be read at the last settled block: ${reason}`,
  };
}

/** Everything in one transaction under the cursor's lock, so that no event is half-way booked. */
async function readBooks(tx: Tx, rail: ChainRail): Promise<Books | null> {
  const cursor = await lockCursor(tx, rail.id);
  if (cursor === null || cursor.finalizedNumber === 0n) return null;
  const waiting = await firstWaitingBlock(tx, rail.id);
  const block = waiting !== null && waiting <= cursor.finalizedNumber ? waiting - 1n : cursor.finalizedNumber;
  const sent = await selectSentTransfers(tx);
  const booked = await bookedOnChain(tx, { contract: rail.escrow, treasury: treasuryOf(rail) });
  const { unknown, payers } = await selectPaidOutside(tx, rail.id);
  const known = await selectOrdersIn(tx, ["funded", "closing", "quarantined"]);
  return {
    block,
    escrow: booked.escrow - (await sumAppliedAbove(tx, rail.id, block)),
    treasury: booked.treasury,
    orders: [...known.map((order) => order.orderId), ...unknown],
    payers: [...new Set([...payers, ...known.map((order) => order.payer)])],
    sent,
  };
}

async function readChain(rail: ChainRail, node: PublicClient, books: Books): Promise<OnChain> {
  const treasury = treasuryOf(rail);
  const at = { blockNumber: books.block };
  const balanceOf = (address: Address): Promise<bigint> =>
    node.readContract({ address: rail.usdc, abi: testUsdcAbi, functionName: "balanceOf", args: [address], ...at });
  const claimable = (address: Address): Promise<bigint> =>
    node.readContract({
      address: rail.escrow,
      abi: trainyardEscrowAbi,
      functionName: "claimable",
      args: [address],
      ...at,
    });
  const left = async (orderId: string): Promise<bigint> => {
    const [amount, released, refunded] = await node.readContract({
      address: rail.escrow,
      abi: trainyardEscrowAbi,
      functionName: "orders",
      args: [hexOf(orderId)],
      ...at,
    });
    return amount - released - refunded;
  };
  const payers = books.payers.map(addressOf).filter((address) => address !== treasury);
  const [inOrders, treasuryClaim, otherClaims, contractBalance, treasuryBalance, sentAlready] = await Promise.all([
    sum(books.orders.map(left)),
    claimable(treasury),
    sum(payers.map(claimable)),
    balanceOf(rail.escrow),
    balanceOf(treasury),
    sum(books.sent.map((transfer) => amountOnChain(node, transfer, books.block))),
  ]);
  return { inOrders, treasuryClaim, otherClaims, contractBalance, treasuryBalance, sentAlready };
}

/** A transfer that is on chain by a block, and whose booking waits for its own finality check. */
async function amountOnChain(
  node: PublicClient,
  transfer: { amountMicros: bigint; attempts: unknown },
  block: bigint,
): Promise<bigint> {
  for (const { hash } of readAttempts(transfer.attempts)) {
    const receipt = await node.getTransactionReceipt({ hash }).catch(() => null);
    if (receipt !== null && receipt.blockNumber <= block && receipt.status === "success") return transfer.amountMicros;
  }
  return 0n;
}

function compare(rail: ChainRail, books: Books, chain: OnChain): ChainDifference[] {
  const ours = chain.inOrders + chain.treasuryClaim;
  const owed = ours + chain.otherClaims;
  const treasury = chain.treasuryBalance + chain.sentAlready;
  const at = `at block ${books.block}`;
  const rows: (Omit<ChainDifference, "since" | "ledgerMicros" | "chainMicros"> & { ledger: bigint; chain: bigint })[] =
    [
      {
        kind: "escrow-orders",
        reference: rail.escrow,
        ledger: books.escrow,
        chain: ours,
        sentence: `What orders hold and the treasury may claim ${at} is not what the books say.`,
      },
      {
        kind: "treasury-balance",
        reference: treasuryOf(rail),
        ledger: books.treasury,
        chain: treasury,
        sentence: `The treasury's USDC ${at} is not what the books say.`,
      },
      {
        kind: owed > chain.contractBalance ? "escrow-short" : "escrow-stray",
        reference: rail.escrow,
        ledger: owed,
        chain: chain.contractBalance,
        sentence:
          owed > chain.contractBalance
            ? `The contract holds less ${at} than it owes. Stop deposits.`
            : `The contract holds more ${at} than orders and claims explain: USDC was sent to it without an order.`,
      },
    ];
  return rows
    .filter((row) => row.ledger !== row.chain)
    .map(({ ledger, chain: outside, ...row }) => ({
      ...row,
      ledgerMicros: micros(ledger),
      chainMicros: micros(outside),
      since: null,
    }));
}

async function sum(amounts: readonly Promise<bigint>[]): Promise<bigint> {
  return (await Promise.all(amounts)).reduce((total, amount) => total + amount, 0n);
}
