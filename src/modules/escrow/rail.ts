import { createPublicClient, defineChain, http, type PublicClient } from "viem";
import { privateKeyToAccount, type PrivateKeyAccount } from "viem/accounts";
import { addressOf, hexOf, type Address } from "./chain/address";
import { offlineScreening, type Screening } from "./wallets/screening";

/** When deposits count, when the chain is asked for money, and what an order's terms say. */
export interface ChainPolicy {
  /** Deposits below this count at a safe block, all others at a finalized one. */
  readonly safeBelowMicros: bigint;
  /** Blocks asked for at once; halved while a node refuses. */
  readonly logRange: bigint;
  /** A voucher is brought to the chain before the order's end once it is worth this much more than what is released. */
  readonly releaseAboveMicros: bigint;
  /** The treasury draws its claim out of the contract once it is worth this much, or somebody waits for it. */
  readonly sweepAboveMicros: bigint;
  readonly fundingSeconds: number;
  readonly graceSeconds: number;
  readonly arbiterSeconds: number;
  /** What a thief of the verifier's key could release at once, and how long the rest would take him. */
  readonly burstBps: number;
  readonly rampSeconds: number;
  /** Above this price for gas nothing new is sent: it waits. */
  readonly gasPriceMaxWei: bigint;
  /** A transaction that is not in a block after this long is sent again with a higher fee. */
  readonly stuckAfterMs: number;
  /** How long before its deadline a waiting transaction becomes an incident. */
  readonly deadlineAlarmMs: number;
  /** How long a changed payout address rests. */
  readonly payoutCoolOffMs: number;
}

export const DEFAULT_POLICY: ChainPolicy = {
  safeBelowMicros: 1_000_000_000n,
  logRange: 2_000n,
  releaseAboveMicros: 100_000_000n,
  sweepAboveMicros: 100_000_000n,
  fundingSeconds: 3_600,
  graceSeconds: 30 * 24 * 3_600,
  arbiterSeconds: 7 * 24 * 3_600,
  burstBps: 5_000,
  rampSeconds: 3_600,
  gasPriceMaxWei: 50_000_000_000n,
  stuckAfterMs: 60_000,
  deadlineAlarmMs: 3 * 24 * 3_600_000,
  payoutCoolOffMs: 24 * 3_600_000,
};

/** A chain as an operator names it. */
export interface ChainSettings {
  readonly rpcUrls: readonly string[];
  readonly chainId: number;
  readonly escrow: string;
  readonly usdc: string;
  /** The block of the contract's deployment, or any before it: nothing older is read. */
  readonly fromBlock: bigint;
  readonly relayerKey: string;
  readonly treasuryKey: string;
  readonly verifierKey: string;
  readonly arbiter: string;
  /** The name and host under which wallets are asked to sign. */
  readonly publicUrl: string;
  readonly policy?: Partial<ChainPolicy>;
  /** Addresses that a screening blocks or wants reviewed, beside the built-in ones: "address,verdict" a line. */
  readonly screeningList?: string;
}

/** One escrow contract on one chain, the nodes that tell of it, and the keys that the platform signs with there. */
export interface ChainRail {
  readonly id: string;
  readonly chainId: number;
  readonly escrow: Address;
  readonly usdc: Address;
  readonly fromBlock: bigint;
  readonly nodes: readonly PublicClient[];
  readonly relayer: PrivateKeyAccount;
  readonly treasury: PrivateKeyAccount;
  readonly verifier: PrivateKeyAccount;
  readonly arbiter: Address;
  readonly publicUrl: string;
  readonly policy: ChainPolicy;
  readonly screening: Screening;
}

const TIMEOUT_MS = 10_000;

/** Opens the chain that the settings name. Connects to nothing yet. */
export function openChain(settings: ChainSettings): ChainRail {
  const { chainId, rpcUrls, fromBlock, publicUrl } = settings;
  const escrow = addressOf(settings.escrow);
  const chain = defineChain({
    id: chainId,
    name: `chain ${chainId}`,
    nativeCurrency: { name: "Ether", symbol: "ETH", decimals: 18 },
    rpcUrls: { default: { http: [...rpcUrls] } },
  });
  return {
    id: `${chainId}:${escrow}`,
    chainId,
    escrow,
    usdc: addressOf(settings.usdc),
    fromBlock,
    nodes: rpcUrls.map((url) =>
      createPublicClient({
        chain,
        cacheTime: 0,
        transport: http(url, { batch: true, retryCount: 0, timeout: TIMEOUT_MS }),
      }),
    ),
    relayer: privateKeyToAccount(hexOf(settings.relayerKey)),
    treasury: privateKeyToAccount(hexOf(settings.treasuryKey)),
    verifier: privateKeyToAccount(hexOf(settings.verifierKey)),
    arbiter: addressOf(settings.arbiter),
    publicUrl,
    policy: { ...DEFAULT_POLICY, ...settings.policy },
    screening: offlineScreening(settings.screeningList ?? ""),
  };
}

/** The treasury's address in the spelling that is stored. */
export function treasuryOf(rail: ChainRail): Address {
  return addressOf(rail.treasury.address);
}
