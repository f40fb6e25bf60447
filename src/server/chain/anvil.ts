import { createRequire } from "node:module";
import { arch, platform } from "node:os";
import { LOCAL_MNEMONIC } from "@/modules/escrow";

/** The local chain's program as npm brought it for this machine; null where there is none. */
export function anvilBinary(): string | null {
  const cpu = arch() === "x64" ? "amd64" : arch();
  const suffix = platform() === "win32" ? ".exe" : "";
  try {
    return createRequire(import.meta.url).resolve(`@foundry-rs/anvil-${platform()}-${cpu}/bin/anvil${suffix}`);
  } catch {
    return null;
  }
}

/** How the local chain is run: its accounts are the well-known ones of every test chain, and nothing outside reaches it. */
export function anvilArguments(chain: { port: number; chainId: number; slotsInEpoch: number }): string[] {
  return [
    ...["--host", "127.0.0.1", "--port", String(chain.port), "--chain-id", String(chain.chainId), "--silent"],
    ...["--slots-in-an-epoch", String(chain.slotsInEpoch), "--mnemonic", LOCAL_MNEMONIC],
  ];
}

/** The number every local chain has. */
export const LOCAL_CHAIN_ID = 31_337;
