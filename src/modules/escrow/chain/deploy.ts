import { createPublicClient, createWalletClient, defineChain, http, type Abi, type Hex } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { assert } from "@/kernel";
import { testUsdcAbi, testUsdcBytecode } from "../contract/test-usdc";
import { trainyardEscrowAbi, trainyardEscrowBytecode } from "../contract/trainyard-escrow";
import { addressOf, hexOf, type Address } from "./address";

/** Where the contracts of a local chain are. */
export interface LocalContracts {
  readonly usdc: Address;
  readonly escrow: Address;
  /** The block before which neither existed. */
  readonly fromBlock: bigint;
}

/** Puts a test USDC and the escrow contract on a local chain. The key pays for it in the chain's own coin. */
export async function deployLocalContracts(chain: {
  rpcUrl: string;
  chainId: number;
  deployerKey: string;
}): Promise<LocalContracts> {
  const { read, write } = connect(chain);
  const fromBlock = await read.getBlockNumber();
  const deploy = async (abi: Abi, bytecode: Hex, args: readonly unknown[]): Promise<Address> => {
    const hash = await write.deployContract({ abi, bytecode, args });
    const { contractAddress } = await read.waitForTransactionReceipt({ hash, pollingInterval: POLL_MS });
    assert(contractAddress, "a deployment makes a contract");
    return addressOf(contractAddress);
  };
  const usdc = await deploy(testUsdcAbi, testUsdcBytecode, []);
  return { usdc, escrow: await deploy(trainyardEscrowAbi, trainyardEscrowBytecode, [usdc]), fromBlock };
}

/** Whether a chain still has the contracts that were put on it. */
export async function hasLocalContracts(rpcUrl: string, contracts: { usdc: string; escrow: string }): Promise<boolean> {
  const read = createPublicClient({ transport: http(rpcUrl) });
  const codes = await Promise.all(
    [contracts.usdc, contracts.escrow].map((address) => read.getCode({ address: addressOf(address) })),
  );
  return codes.every((code) => code !== undefined && code !== "0x");
}

/** Makes test USDC for an account of a local chain. */
export async function mintTestUsdc(
  chain: { rpcUrl: string; chainId: number; deployerKey: string },
  mint: { usdc: string; to: string; amountMicros: bigint },
): Promise<void> {
  const { read, write } = connect(chain);
  const hash = await write.writeContract({
    address: addressOf(mint.usdc),
    abi: testUsdcAbi,
    functionName: "mint",
    args: [addressOf(mint.to), mint.amountMicros],
  });
  await read.waitForTransactionReceipt({ hash, pollingInterval: POLL_MS });
}

const POLL_MS = 50;

function connect({ rpcUrl, chainId, deployerKey }: { rpcUrl: string; chainId: number; deployerKey: string }) {
  const chain = defineChain({
    id: chainId,
    name: "local chain",
    nativeCurrency: { name: "Ether", symbol: "ETH", decimals: 18 },
    rpcUrls: { default: { http: [rpcUrl] } },
  });
  const account = privateKeyToAccount(hexOf(deployerKey));
  return {
    read: createPublicClient({ chain, transport: http(rpcUrl) }),
    write: createWalletClient({ chain, account, transport: http(rpcUrl) }),
  };
}
