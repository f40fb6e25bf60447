import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { z } from "zod";
import { deployLocalContracts, hasLocalContracts, localAccount, mintTestUsdc } from "@/modules/escrow";
import { LOCAL_CHAIN_ID } from "./anvil";

const USDC = 1_000_000n;
/** What the sandbox's wallets start with: enough for any demonstration. */
const BUYER_FUNDS = 100_000n * USDC;
const TREASURY_FLOAT = 1_000n * USDC;

const StoredContracts = z.object({ usdc: z.string(), escrow: z.string(), fromBlock: z.string().regex(/^\d+$/) });

/**
 * Puts the contracts on a local chain and money into its wallets, once: where they are is kept in `file`. Returns the
 * settings that turn the USDC rail on. Everything here is worth nothing: the keys are known to everybody.
 */
export async function setUpLocalChain(rpcUrl: string, file: string): Promise<Readonly<Record<string, string>>> {
  const known = existsSync(file) ? StoredContracts.parse(JSON.parse(readFileSync(file, "utf8"))) : null;
  const contracts = known !== null && (await hasLocalContracts(rpcUrl, known)) ? known : await deploy(rpcUrl, file);
  return {
    TRAINYARD_CHAIN_RPC_URLS: rpcUrl,
    TRAINYARD_CHAIN_ID: String(LOCAL_CHAIN_ID),
    TRAINYARD_ESCROW_ADDRESS: contracts.escrow,
    TRAINYARD_USDC_ADDRESS: contracts.usdc,
    TRAINYARD_CHAIN_FROM_BLOCK: contracts.fromBlock,
    TRAINYARD_CHAIN_RELAYER_KEY: localAccount("relayer").privateKey,
    TRAINYARD_CHAIN_TREASURY_KEY: localAccount("treasury").privateKey,
    TRAINYARD_CHAIN_VERIFIER_KEY: localAccount("verifier").privateKey,
    TRAINYARD_CHAIN_ARBITER: localAccount("arbiter").address,
    TRAINYARD_CHAIN_RAMP_SECONDS: "0",
    TRAINYARD_PAYOUT_COOL_OFF_HOURS: process.env.TRAINYARD_PAYOUT_COOL_OFF_HOURS ?? "0",
  };
}

async function deploy(rpcUrl: string, file: string): Promise<z.infer<typeof StoredContracts>> {
  const chain = { rpcUrl, chainId: LOCAL_CHAIN_ID, deployerKey: localAccount("deployer").privateKey };
  const { usdc, escrow, fromBlock } = await deployLocalContracts(chain);
  await mintTestUsdc(chain, { usdc, to: localAccount("buyer").address, amountMicros: BUYER_FUNDS });
  await mintTestUsdc(chain, { usdc, to: localAccount("treasury").address, amountMicros: TREASURY_FLOAT });
  const contracts = { usdc, escrow, fromBlock: String(fromBlock) };
  writeFileSync(`${file}.part`, JSON.stringify(contracts));
  renameSync(`${file}.part`, file);
  return contracts;
}
