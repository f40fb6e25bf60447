import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Logger, runOnce } from "graphile-worker";
import {
  createPublicClient,
  createWalletClient,
  encodeFunctionData,
  http,
  keccak256,
  toHex,
  type Abi,
  type Hex,
  type PublicClient,
} from "viem";
import { mnemonicToAccount, type HDAccount } from "viem/accounts";
import { foundry } from "viem/chains";
import type { JobSpec } from "@trainyard/protocol";
import { micros, newId, type Clock, type Context, type Database, type MemberActor } from "@/kernel";
import { ensureDemoOrganisations, type DemoOrganisationKey } from "@/modules/identity";
import { createJob } from "@/modules/jobs";
import { postedForJob, postSegment, trialBalance } from "@/modules/ledger";
import {
  closeEscrowOrder,
  deployLocalContracts,
  linkWallet,
  LOCAL_MNEMONIC,
  openChain,
  recordVoucher,
  runChain,
  startLink,
  watchChain,
  type ChainPolicy,
  type ChainRail,
  type ChainSettings,
  type LocalContracts,
  type WatchOutcome,
} from "@/modules/escrow";
import { testUsdcAbi } from "@/modules/escrow/contract/test-usdc";
import { trainyardEscrowAbi } from "@/modules/escrow/contract/trainyard-escrow";
import { orderIdOf, storeTerms, type Terms } from "@/modules/escrow/chain/terms";
import { insertOrder } from "@/modules/escrow/store/orders";
import { createServices, type Services } from "@/server/services";
import { TASKS } from "@/server/tasks/catalogue";
import { startAnvil, type Anvil } from "./anvil";
import { createTestDatabase } from "./database";

/** A clock that a test moves. */
class MovableClock implements Clock {
  offsetMs = 0;
  now = (): Date => new Date(Date.now() + this.offsetMs);
}

/** Accounts of the local chain by what they are for. */
const ACCOUNT = { deployer: 0, relayer: 1, treasury: 2, verifier: 3, arbiter: 4, buyer: 5, provider: 6, stranger: 7 };
export type AccountName = keyof typeof ACCOUNT;

/** An order that a test has prepared for a job that waits for it. */
export interface TestOrder {
  readonly id: string;
  readonly jobId: string;
  readonly orderId: Hex;
  readonly terms: Terms;
}

/** The USDC side of a platform on a database and a real local chain of its own. Nothing happens unless the test says so. */
export class ChainYard {
  readonly clock = new MovableClock();
  readonly #stops: (() => Promise<unknown>)[] = [];
  #owners: Partial<Record<DemoOrganisationKey, MemberActor>> = {};
  anvil!: Anvil;
  services!: Services;
  settings!: ChainSettings;
  contracts!: LocalContracts;
  client!: PublicClient;
  databaseUrl = "";

  /** `nodeUrls` puts something between the platform and the chain: a relay that drops, delays or lies. */
  static async open(
    options: {
      slotsInEpoch?: number;
      policy?: Partial<ChainPolicy>;
      nodeUrls?: (anvilUrl: string) => Promise<readonly string[]>;
      screeningList?: string;
      anvilArgs?: readonly string[];
    } = {},
  ): Promise<ChainYard> {
    const yard = new ChainYard();
    const { url, close } = await createTestDatabase();
    const folder = mkdtempSync(join(tmpdir(), "trainyard-chain-"));
    yard.databaseUrl = url;
    yard.#stops.push(async () => rmSync(folder, { recursive: true, force: true }), close);
    yard.anvil = await startAnvil({ slotsInEpoch: options.slotsInEpoch ?? 1, args: options.anvilArgs ?? [] });
    yard.#stops.push(() => yard.anvil.close());
    yard.client = createPublicClient({
      chain: foundry,
      transport: http(yard.anvil.url),
      cacheTime: 0,
      pollingInterval: 30,
    });
    const rpcUrl = yard.anvil.url;
    yard.contracts = await deployLocalContracts({ rpcUrl, chainId: 31_337, deployerKey: yard.key("deployer") });
    yard.settings = {
      rpcUrls: (await options.nodeUrls?.(rpcUrl)) ?? [rpcUrl],
      chainId: 31_337,
      escrow: yard.contracts.escrow,
      usdc: yard.contracts.usdc,
      fromBlock: yard.contracts.fromBlock,
      relayerKey: yard.key("relayer"),
      treasuryKey: yard.key("treasury"),
      verifierKey: yard.key("verifier"),
      arbiter: yard.address("arbiter"),
      publicUrl: "http://localhost:3000",
      policy: { safeBelowMicros: 0n, payoutCoolOffMs: 0, rampSeconds: 0, ...options.policy },
      screeningList: options.screeningList ?? "",
    };
    yard.services = createServices(
      { databaseUrl: url, dataDirectory: folder, sandbox: true, chain: yard.settings },
      yard.clock,
    );
    yard.#stops.push(() => yard.services.database.close());
    const demo = await ensureDemoOrganisations(yard.asTask());
    for (const key of Object.keys(demo) as DemoOrganisationKey[]) {
      const { organisationId, ownerId } = demo[key];
      yard.#owners[key] = { kind: "member", userId: ownerId, organisationId, role: "owner" };
    }
    return yard;
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

  get chain(): ChainRail {
    const { chain } = this.services;
    if (chain === null) throw new Error("the yard has a chain");
    return chain;
  }

  get database(): Database {
    return this.services.database;
  }

  as(key: DemoOrganisationKey, role: MemberActor["role"] = "owner"): Context {
    return this.services.contextFor({ ...this.owner(key), role });
  }

  owner(key: DemoOrganisationKey): MemberActor {
    const owner = this.#owners[key];
    if (owner === undefined) throw new Error(`There is no demo organisation ${key}.`);
    return owner;
  }

  asTask(): Context {
    return this.services.contextFor({ kind: "system", task: "test" });
  }

  /** The same platform with another policy or other nodes. */
  railWith(changes: Partial<ChainSettings>): ChainRail {
    return openChain({ ...this.settings, ...changes });
  }

  watch(rail: ChainRail = this.chain): Promise<WatchOutcome> {
    return watchChain(this.asTask(), rail);
  }

  mine(blocks = 1): Promise<unknown> {
    return this.anvil.rpc("anvil_mine", toHex(blocks));
  }

  /** Lets time go by, for the platform and on the chain. */
  async pass(seconds: number): Promise<void> {
    this.clock.offsetMs += seconds * 1_000;
    await this.anvil.rpc("evm_increaseTime", seconds);
  }

  /** Mines until everything so far is final, and reads it. */
  async settle(): Promise<WatchOutcome> {
    await this.mine(4);
    return this.watch();
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

  /** A job of the buyer that waits for `limit`, as posting it leaves it. */
  async waitingJob(limitMicros: bigint): Promise<string> {
    const actor = this.owner("buyer");
    const jobId = newId("job", this.clock.now().getTime());
    const spec = { segmentCount: 4, stepsPerSegment: 1 } as JobSpec;
    await this.database.transaction((tx) =>
      createJob(tx, actor, {
        id: jobId,
        name: "test",
        template: "mnist-mlp",
        spec,
        quote: { peakMemoryBytes: 1_000_000 },
        flopsPerSegment: 1e6,
        limit: micros(limitMicros),
        datasetId: "dts_none",
        idempotencyKey: jobId,
        requestHash: jobId,
        rail: "usdc",
        state: "awaiting_funds",
      }),
    );
    return jobId;
  }

  /** Prepared terms for a waiting job, paid by one of the chain's accounts. */
  async order(limitMicros: bigint, changes: Partial<Terms> = {}): Promise<TestOrder> {
    const jobId = await this.waitingJob(limitMicros);
    return this.orderFor(jobId, limitMicros, changes);
  }

  async orderFor(jobId: string, amountMicros: bigint, changes: Partial<Terms> = {}): Promise<TestOrder> {
    const id = newId("escrowOrder", this.clock.now().getTime());
    const now = Math.floor(this.clock.now().getTime() / 1_000);
    const treasury = this.address("treasury");
    const terms: Terms = {
      payer: this.address("buyer"),
      payee: treasury,
      verifier: this.address("verifier"),
      arbiter: this.address("arbiter"),
      feeTo: treasury,
      feeBps: 1_500,
      burstBps: 0,
      rampSeconds: 0,
      arbiterSeconds: 86_400,
      openUntil: now + 365 * 86_400,
      graceUntil: now + 2 * 365 * 86_400,
      amount: amountMicros,
      salt: keccak256(toHex(id)),
      ...changes,
    };
    const orderId = orderIdOf(31_337, this.contracts.escrow, terms);
    await this.database.transaction((tx) =>
      insertOrder(tx, {
        id,
        orderId,
        cursorId: this.chain.id,
        jobId,
        organisationId: this.owner("buyer").organisationId,
        payer: terms.payer,
        terms: storeTerms(terms),
        amountMicros,
        openUntil: new Date(terms.openUntil * 1_000),
        graceUntil: new Date(terms.graceUntil * 1_000),
        createdBy: "test",
      }),
    );
    return { id, jobId, orderId, terms };
  }

  /** Pays a segment of a job as its settlement does: out of the hold, with the voucher for everything so far. */
  async paySegment(jobId: string, segmentIndex: number, priceMicros: bigint): Promise<void> {
    const providerId = this.owner("northwind").organisationId;
    await this.database.transaction(async (tx) => {
      await postSegment(tx, {
        segmentId: `${jobId}:${segmentIndex}`,
        jobId,
        providerId,
        price: micros(priceMicros),
        asset: "USDC",
      });
      const cumulative = await postedForJob(tx, jobId, "USDC");
      const commitment = keccak256(toHex(`${jobId}:${segmentIndex}`)).slice(2);
      await recordVoucher(tx, { jobId, segmentIndex, cumulative, commitment });
    });
  }

  /** Ends a job's order as the end of the job does. */
  async endOrder(jobId: string): Promise<void> {
    const { organisationId } = this.owner("buyer");
    await this.database.transaction((tx) => closeEscrowOrder(tx, { id: jobId, organisationId }));
  }

  /** Links an account's wallet to an organisation, by a message that it signs. */
  async link(as: Context, account: HDAccount): Promise<string> {
    const { challengeId, message } = await startLink(as, this.chain, { address: account.address });
    const signature = await account.signMessage({ message });
    return (await linkWallet(as, this.chain, { challengeId, signature })).walletId;
  }

  /** Lets sender and watcher run until nothing changes any more, with blocks between. */
  async run(rounds = 4, rail: ChainRail = this.chain): Promise<void> {
    for (let round = 0; round < rounds; round++) {
      await runChain(this.asTask(), rail);
      await this.mine(4);
      await this.watch(rail);
    }
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

  /** Runs every queued task that is due now. */
  async work(): Promise<void> {
    const { services } = this;
    const taskList = Object.fromEntries(
      Object.entries(TASKS).map(([name, task]) => [
        name,
        async (payload: unknown) =>
          void (await task.run(services.contextFor({ kind: "system", task: name }), payload, services)),
      ]),
    );
    await runOnce({
      connectionString: this.databaseUrl,
      noHandleSignals: true,
      taskList,
      logger: new Logger(() => () => undefined),
    });
  }

  async booksAreRight(): Promise<boolean> {
    const { assets, differences } = await trialBalance(this.database.reader);
    return differences.length === 0 && assets.every(({ totalMicros }) => totalMicros === 0n);
  }

  async close(): Promise<void> {
    for (const stop of this.#stops.reverse()) await stop();
  }
}
