import { z } from "zod";

/** Blocks after which a local chain calls one final. */
const FINAL_AFTER = 2;

const Block = z.object({ number: z.string(), transactions: z.array(z.unknown()) });

/**
 * Adds a block while one with a transaction is not final. A local chain makes blocks only for transactions, so that nothing
 * grows while nothing happens; without others after them they would never be final.
 */
export async function settleBlocks(rpcUrl: string): Promise<void> {
  const head = Block.parse(await ask(rpcUrl, "eth_getBlockByNumber", ["latest", false]));
  for (let depth = 0; depth < FINAL_AFTER; depth++) {
    const number = Number(head.number) - depth;
    if (number < 0) return;
    const block = Block.parse(await ask(rpcUrl, "eth_getBlockByNumber", [`0x${number.toString(16)}`, false]));
    if (block.transactions.length === 0) continue;
    await ask(rpcUrl, "evm_mine", []);
    return;
  }
}

async function ask(rpcUrl: string, method: string, params: readonly unknown[]): Promise<unknown> {
  const response = await fetch(rpcUrl, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }),
  });
  const answer = z.object({ result: z.unknown() }).parse(await response.json());
  return answer.result;
}
