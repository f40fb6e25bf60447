import {
  createPublicClient,
  createWalletClient,
  encodeFunctionData,
  http,
  toHex,
  type Abi,
  type Hex,
  type PublicClient,
} from "viem";
import { mnemonicToAccount, type HDAccount } from "viem/accounts";
import { foundry } from "viem/chains";
import { deployLocalContracts, LOCAL_MNEMONIC, type LocalContracts } from "@/modules/escrow";
import { testUsdcAbi } from "@/modules/escrow/contract/test-usdc";
import { trainyardEscrowAbi } from "@/modules/escrow/contract/trainyard-escrow";
import { startAnvil, type Anvil } from "./anvil";

/** Accounts of the local chain by what they are for. */
const ACCOUNT = { deployer: 0, relayer: 1, treasury: 2, verifier: 3, arbiter: 4, buyer: 5, provider: 6, stranger: 7 };
export type AccountName = keyof typeof ACCOUNT;

/** A real local chain with our contracts on it, as its accounts and its miner see it. */
export class LocalChain {
  anvil!: Anvil;
  contracts!: LocalContracts;
  client!: PublicClient;

  /** Starts the chain and deploys the contracts. */
  protected async begin(options: { slotsInEpoch: number; args: readonly string[] }): Promise<void> {
    this.anvil = await startAnvil(options);
    this.client = createPublicClient({
      chain: foundry,
      transport: http(this.anvil.url),
      cacheTime: 0,
      pollingInterval: 30,
    });
    const deployerKey = this.key("deployer");
    this.contracts = await deployLocalContracts({ rpcUrl: this.anvil.url, chainId: 31_337, deployerKey });
  }

  account(name: AccountName): HDAccount {
    return mnemonicToAccount(LOCAL_MNEMONIC, { addressIndex: ACCOUNT[name] });
  }

  address(name: AccountName): Hex {
    return this.account(name).address.toLowerCase() as Hex;
  }

  key(name: AccountName): Hex {
    return toHex(this.account(name).getHdKey().privateKey ?? new Uint8Array());
  }

  mine(blocks = 1): Promise<unknown> {
    return this.anvil.rpc("anvil_mine", toHex(blocks));
  }

  /** Sends a transaction from an account of the chain and returns its hash; it is in a block where blocks come by themselves. */
  async send(from: AccountName, to: Hex, data: Hex, options: { value?: bigint } = {}): Promise<Hex> {
    const { value = 0n } = options;
    const transaction = { from: this.address(from), to, data, value: toHex(value), gas: toHex(600_000) };
    return this.anvil.rpc<Hex>("eth_sendTransaction", transaction);
  }

  /** Calls the escrow contract and waits until the call is in a block. */
  async escrow(from: AccountName, functionName: string, args: readonly unknown[]): Promise<Hex> {
    const abi: Abi = trainyardEscrowAbi;
    const data = encodeFunctionData({ abi, functionName, args });
    return this.send(from, this.contracts.escrow, data);
  }

  async usdc(from: AccountName, functionName: string, args: readonly unknown[]): Promise<Hex> {
    const abi: Abi = testUsdcAbi;
    const data = encodeFunctionData({ abi, functionName, args });
    return this.send(from, this.contracts.usdc, data);
  }

  mint(to: Hex, amountMicros: bigint): Promise<Hex> {
    return this.usdc("deployer", "mint", [to, amountMicros]);
  }

  /** Deploys a contract from its bytecode. */
  async deploy(abi: Abi, bytecode: Hex, args: readonly unknown[] = []): Promise<Hex> {
    const wallet = createWalletClient({
      chain: foundry,
      account: this.account("deployer"),
      transport: http(this.anvil.url),
    });
    const hash = await wallet.deployContract({ abi, bytecode, args });
    const receipt = await this.client.waitForTransactionReceipt({ hash });
    return (receipt.contractAddress ?? "0x").toLowerCase() as Hex;
  }

  async balance(address: Hex): Promise<bigint> {
    return this.client.readContract({
      address: this.contracts.usdc,
      abi: testUsdcAbi,
      functionName: "balanceOf",
      args: [address],
    });
  }

  /** What an order is on chain: paid in, released, refunded. */
  async onChain(orderId: Hex): Promise<{ amount: bigint; released: bigint; refunded: bigint }> {
    const [amount, released, refunded] = await this.client.readContract({
      address: this.contracts.escrow,
      abi: trainyardEscrowAbi,
      functionName: "orders",
      args: [orderId],
    });
    return { amount, released, refunded };
  }

  claimable(address: Hex): Promise<bigint> {
    return this.client.readContract({
      address: this.contracts.escrow,
      abi: trainyardEscrowAbi,
      functionName: "claimable",
      args: [address],
    });
  }

  /** Gives the buyer's account money and lets the contract take it. */
  async fundBuyer(amountMicros: bigint): Promise<void> {
    await this.mint(this.address("buyer"), amountMicros);
    await this.usdc("buyer", "approve", [this.contracts.escrow, 2n ** 256n - 1n]);
  }
}
