import { spawn } from "node:child_process";
import { once } from "node:events";
import { anvilArguments, anvilBinary } from "@/server/chain/anvil";
import { freePort } from "@/server/postgres/free-port";

/** A real chain on this machine. Blocks come when the test says so, or with every transaction. */
export interface Anvil {
  readonly url: string;
  readonly chainId: number;
  rpc<T = unknown>(method: string, ...params: readonly unknown[]): Promise<T>;
  close(): Promise<void>;
}

const CHAIN_ID = 31_337;

export async function startAnvil({ slotsInEpoch = 1, args = [] as readonly string[] } = {}): Promise<Anvil> {
  const port = await freePort();
  const binary = anvilBinary();
  if (binary === null) throw new Error("npm has no local chain for this machine");
  const child = spawn(binary, [...anvilArguments({ port, chainId: CHAIN_ID, slotsInEpoch }), ...args], {
    stdio: "ignore",
  });
  const url = `http://127.0.0.1:${port}`;
  let id = 0;
  const rpc = async <T>(method: string, ...params: readonly unknown[]): Promise<T> => {
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ jsonrpc: "2.0", id: ++id, method, params }),
    });
    const answer = (await response.json()) as { result?: T; error?: { message: string; data?: unknown } };
    if (answer.error !== undefined) throw new Error(`${method}: ${answer.error.message}`);
    return answer.result as T;
  };
  const deadline = performance.now() + 60_000;
  for (;;) {
    const up = await rpc("eth_chainId").catch(() => null);
    if (up !== null) break;
    if (performance.now() > deadline || child.exitCode !== null) throw new Error("the local chain did not come up");
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
  return {
    url,
    chainId: CHAIN_ID,
    rpc,
    async close() {
      if (child.exitCode !== null) return;
      child.kill("SIGKILL");
      await once(child, "exit");
    },
  };
}
