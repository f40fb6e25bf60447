import { failpoint, type Context } from "@/kernel";
import type { ChainRail } from "../rail";
import {
  findBlock,
  findCursor,
  insertCursor,
  insertHistory,
  lockCursor,
  updateCursor,
  type CursorRecord,
  type StoredBlock,
} from "../store/history";
import { ChainMoved, expectCursor } from "./chain-moved";
import { readLogs } from "./read-logs";
import { readHeader, type NodeView } from "./read-view";

/** Blocks whose headers are asked for at once. */
const HEADERS_AT_ONCE = 100n;

/** The cursor, made at first need just below the block that reading starts from. Null: no node knows that block. */
export async function openCursor(
  ctx: Context,
  rail: ChainRail,
  views: readonly NodeView[],
): Promise<CursorRecord | null> {
  const known = await findCursor(ctx.database.reader, rail.id);
  const [view] = views;
  if (known !== null || view === undefined) return known;
  const start = await readHeader(view.node, rail.fromBlock > 0n ? rail.fromBlock - 1n : 0n);
  if (start === null) return null;
  const { number, hash } = start;
  return ctx.database.transaction(async (tx) => {
    await insertCursor(tx, { id: rail.id, blockNumber: number, blockHash: hash });
    await insertHistory(tx, rail.id, [{ number, hash }], []);
    return lockCursor(tx, rail.id);
  });
}

/** Where the cursor stands to a node's chain: on it, off it since a fork, or beyond the node, which is only behind. */
export async function placeOfCursor(
  ctx: Context,
  view: NodeView,
  at: CursorRecord,
): Promise<"on-chain" | "forked" | "node-behind"> {
  const here = await readHeader(view.node, at.blockNumber);
  if (here !== null) return here.hash === at.blockHash ? "on-chain" : "forked";
  const stored = await findBlock(ctx.database.reader, at.id, view.latest.number);
  return stored === null || stored.hash === view.latest.hash ? "node-behind" : "forked";
}

/**
 * Reads the next range: up to the final block in one go with its last hash, beyond it with every block's hash. Blocks, logs
 * and cursor are stored in one transaction.
 */
export async function readRange(
  ctx: Context,
  rail: ChainRail,
  view: NodeView,
  at: CursorRecord,
  finalized: bigint,
): Promise<CursorRecord> {
  const isFinal = at.blockNumber < finalized;
  const from = at.blockNumber + 1n;
  const end = isFinal ? finalized : view.latest.number;
  const furthest = at.blockNumber + (isFinal ? rail.policy.logRange : HEADERS_AT_ONCE);
  const to = end < furthest ? end : furthest;
  const [logs, headers] = await Promise.all([
    readLogs(rail, view.node, from, to),
    readHeaders(view, isFinal ? [to] : numbersBetween(from, to)),
  ]);
  if (!isFinal) checkLinks(at, headers, logs);
  const last = headers.at(-1);
  if (last === undefined) throw new ChainMoved("the head is not above the cursor any more");
  failpoint("chain-range-read");
  return ctx.database.transaction(async (tx) => {
    await expectCursor(tx, at);
    const blocks = headers.map(({ number, hash }) => ({ number, hash }));
    await insertHistory(tx, rail.id, blocks, logs);
    await updateCursor(tx, rail.id, { blockNumber: last.number, blockHash: last.hash });
    failpoint("chain-range-stored");
    return { ...at, blockNumber: last.number, blockHash: last.hash };
  });
}

async function readHeaders(view: NodeView, numbers: readonly bigint[]) {
  const headers = await Promise.all(numbers.map((number) => readHeader(view.node, number)));
  return headers.map((header) => {
    if (header === null) throw new ChainMoved("a block is gone");
    return header;
  });
}

/** Every block names the one before it, and every log lies in a block as it was read. */
function checkLinks(
  at: CursorRecord,
  headers: readonly (StoredBlock & { parentHash: string })[],
  logs: readonly { blockNumber: bigint; blockHash: string }[],
): void {
  let parent = at.blockHash;
  for (const header of headers) {
    if (header.parentHash !== parent) throw new ChainMoved(`block ${header.number} has another parent`);
    parent = header.hash;
  }
  const hashes = new Map(headers.map((header) => [header.number, header.hash]));
  for (const log of logs)
    if (hashes.get(log.blockNumber) !== log.blockHash) throw new ChainMoved(`block ${log.blockNumber} was replaced`);
}

function numbersBetween(from: bigint, to: bigint): bigint[] {
  return Array.from({ length: Number(to - from) + 1 }, (_, index) => from + BigInt(index));
}
