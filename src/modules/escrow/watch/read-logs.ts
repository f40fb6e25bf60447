import {
  encodeEventTopics,
  parseAbi,
  parseEventLogs,
  type Hex,
  type Log,
  type PublicClient,
  type RpcLog,
  formatLog,
  numberToHex,
  pad,
} from "viem";
import { trainyardEscrowAbi } from "../contract/trainyard-escrow";
import { addressOf } from "../chain/address";
import { treasuryOf, type ChainRail } from "../rail";
import type { StoredLog } from "../store/history";
import { NodeAnswer } from "./chain-moved";

const transferAbi = parseAbi(["event Transfer(address indexed from, address indexed to, uint256 value)"]);
const [TRANSFER] = encodeEventTopics({ abi: transferAbi, eventName: "Transfer" });

/** Above what the books can hold, an amount of some strange token is only kept as text. */
const MICROS_MAX = 2n ** 63n - 1n;

/**
 * Events of the contract, and transfers of any token to it or to the treasury, in a range of blocks. A node that refuses a
 * range is asked for half of it.
 */
export async function readLogs(rail: ChainRail, node: PublicClient, from: bigint, to: bigint): Promise<StoredLog[]> {
  try {
    return await readRange(rail, node, from, to);
  } catch (error) {
    if (from >= to) throw error;
    const middle = (from + to) / 2n;
    return [...(await readLogs(rail, node, from, middle)), ...(await readLogs(rail, node, middle + 1n, to))];
  }
}

async function readRange(rail: ChainRail, node: PublicClient, from: bigint, to: bigint): Promise<StoredLog[]> {
  const range = { fromBlock: numberToHex(from), toBlock: numberToHex(to) };
  const ask = async (filter: { address?: Hex; topics?: (Hex | Hex[] | null)[] }): Promise<Log[]> => {
    const logs: readonly RpcLog[] = await node.request({ method: "eth_getLogs", params: [{ ...range, ...filter }] });
    return logs.map((log): Log => formatLog(log));
  };
  const ours = [rail.escrow, treasuryOf(rail)].map((address) => pad(address));
  const [events, transfers] = await Promise.all([
    ask({ address: rail.escrow }),
    ask({ topics: [TRANSFER, null, ours] }),
  ]);
  return [...eventsOf(events), ...transfersOf(transfers)];
}

function eventsOf(logs: Log[]): StoredLog[] {
  return parseEventLogs({ abi: trainyardEscrowAbi, logs }).map((log) => {
    const args = plain(log.args) as Record<string, unknown>;
    const amount = args["added"] ?? args["cumAmount"] ?? args["toPayer"] ?? args["amount"] ?? null;
    return {
      ...placeOf(log),
      event: log.eventName,
      orderId: typeof args["orderId"] === "string" ? args["orderId"] : null,
      amountMicros: amountOf(amount),
      data: args as StoredLog["data"],
    };
  });
}

function transfersOf(logs: Log[]): StoredLog[] {
  return parseEventLogs({ abi: transferAbi, logs, strict: true }).map((log) => ({
    ...placeOf(log),
    event: "Transfer",
    orderId: null,
    amountMicros: amountOf(String(log.args.value)),
    data: { from: addressOf(log.args.from), to: addressOf(log.args.to), value: String(log.args.value) },
  }));
}

function placeOf(log: Log) {
  const { blockHash, blockNumber, logIndex, transactionHash, address } = log;
  if (blockHash === null || blockNumber === null || logIndex === null || transactionHash === null)
    throw new NodeAnswer("the node gave a log without a block");
  return { blockHash, blockNumber, logIndex, transactionHash, address: addressOf(address) };
}

function amountOf(text: unknown): bigint | null {
  if (typeof text !== "string" || !/^\d+$/.test(text)) return null;
  const amount = BigInt(text);
  return amount <= MICROS_MAX ? amount : null;
}

/** Decoded arguments as JSON: numbers as text, addresses in one spelling. */
function plain(value: unknown): unknown {
  if (typeof value === "bigint") return String(value);
  if (typeof value === "string") return /^0x[0-9a-fA-F]{40}$/.test(value) ? addressOf(value) : value;
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === "object" && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, plain(entry)]));
  return value;
}
