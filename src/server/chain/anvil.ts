import { createRequire } from "node:module";
import { arch, platform } from "node:os";
import { StartError } from "../postgres/start-error";

/** The local chain's program as npm brought it for this machine. */
export function anvilBinary(): string {
  const cpu = arch() === "x64" ? "amd64" : arch();
  const suffix = platform() === "win32" ? ".exe" : "";
  try {
    return createRequire(import.meta.url).resolve(`@foundry-rs/anvil-${platform()}-${cpu}/bin/anvil${suffix}`);
  } catch {
    throw new StartError(`There is no local chain for ${platform()} on ${arch()}.`, "USDC is off on this machine.");
  }
}

/** How the local chain is run: its accounts are the well-known ones of every test chain, and nothing outside reaches it. */
export function anvilArguments(chain: { port: number; chainId: number; slotsInEpoch: number }): string[] {
  return [
    ...["--host", "127.0.0.1", "--port", String(chain.port), "--chain-id", String(chain.chainId), "--silent"],
    ...["--slots-in-an-epoch", String(chain.slotsInEpoch), "--mnemonic", LOCAL_MNEMONIC],
  ];
}

/** Known to everybody: worth nothing on any chain where money is. */
export const LOCAL_MNEMONIC = "test test test test test test test test test test test junk";
