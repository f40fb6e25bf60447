import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { keccak256, toHex, type Hex } from "viem";
import type { HDAccount } from "viem/accounts";
import type { JobSpec } from "@trainyard/protocol";
import { micros, newId, type Context, type Database, type MemberActor } from "@/kernel";
import { sqlOf } from "@/kernel/db/client";
import { ensureDemoOrganisations, type DemoOrganisationKey } from "@/modules/identity";
import { createJob, TEMPLATES } from "@/modules/jobs";
import { heldForJob, postedForJob, postSegment, trialBalance } from "@/modules/ledger";
import {
  chainDifferences,
  closeEscrowOrder,
  linkWallet,
  listIncidents,
  openChain,
  recordVoucher,
  runChain,
  startLink,
  watchChain,
  type ChainPolicy,
  type ChainRail,
  type ChainSettings,
  type WatchOutcome,
} from "@/modules/escrow";
import { orderIdOf, storeTerms, type Terms } from "@/modules/escrow/chain/terms";
import { insertOrder } from "@/modules/escrow/store/orders";
import { createServices, type Services } from "@/server/services";
import { createTestDatabase } from "./database";
import { LocalChain } from "./local-chain";
import { MovableClock } from "./movable-clock";
import { workOffQueue } from "./task-queue";

/** An order that a test has prepared for a job that waits for it. */
export interface TestOrder {
  readonly id: string;
  readonly jobId: string;
  readonly orderId: Hex;
  readonly terms: Terms;
}

/** The USDC side of a platform on a database and a real local chain of its own. Nothing happens unless the test says so. */
export class ChainYard extends LocalChain {
  readonly clock = new MovableClock();
  readonly #stops: (() => Promise<unknown>)[] = [];
  #owners: Partial<Record<DemoOrganisationKey, MemberActor>> = {};
  services!: Services;
  settings!: ChainSettings;
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
    await yard.begin({ slotsInEpoch: options.slotsInEpoch ?? 1, args: options.anvilArgs ?? [] });
    yard.#stops.push(() => yard.anvil.close());
    const rpcUrl = yard.anvil.url;
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
        quote: { peakMemoryBytes: 1_000_000, loss: "crossEntropy", training: TEMPLATES[0]?.defaults },
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

  /** Runs every queued task that is due now. */
  work(): Promise<void> {
    return workOffQueue(this.services, this.databaseUrl);
  }

  /** What is held for a job. */
  held(jobId: string): Promise<bigint> {
    return heldForJob(this.database.reader, jobId, "USDC");
  }

  async incidents(kind: string) {
    return (await listIncidents(this.asTask())).filter((incident) => incident.kind === kind);
  }

  /** Where books and chain disagree although nothing is on its way. */
  async differences() {
    return (await chainDifferences(this.asTask(), this.chain)).filter((row) => row.since === null);
  }

  /** The platform's transactions for an order or withdrawal, oldest first. */
  transactions(reference: string) {
    return sqlOf(this.database.reader).chainTransaction.findMany({
      where: { reference },
      orderBy: { createdAt: "asc" },
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
