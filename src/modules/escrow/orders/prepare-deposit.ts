import { randomBytes } from "node:crypto";
import { encodeFunctionData, toHex } from "viem";
import { assert, newId, NotFound, record, requireRole, type Context } from "@/kernel";
import { lockJob, type JobRecord } from "@/modules/jobs";
import { PLATFORM_FEE_BPS } from "@/modules/ledger";
import { addressOf, type Address } from "../chain/address";
import { authorizationData, orderIdOf, storeTerms, termsOf, type Terms } from "../chain/terms";
import { tokenDomain } from "../chain/token-domain";
import { testUsdcAbi } from "../contract/test-usdc";
import { trainyardEscrowAbi } from "../contract/trainyard-escrow";
import { DepositRefused, WalletRefused } from "../errors";
import { PrepareDepositInput } from "../inputs";
import { treasuryOf, type ChainRail } from "../rail";
import { findOrderOfJob, insertOrder, type OrderRecord } from "../store/orders";
import { findLinkedWallet } from "../store/wallets";
import { requireAllowed } from "../wallets/require-allowed";
import { askNodes } from "../wallets/verify";

/** An order is offered again only while there is this long left to pay it. */
const REUSE_MS = 10 * 60_000;

/** What a wallet needs to pay a job: one signature, or two transactions of its own where it cannot sign typed data. */
export interface PreparedDeposit {
  readonly escrowOrderId: string;
  readonly orderId: string;
  readonly chainId: number;
  readonly amountMicros: bigint;
  readonly openUntil: Date;
  /** JSON of the typed data, as `eth_signTypedData_v4` takes it. */
  readonly typedData: string;
  readonly transactions: readonly { readonly to: string; readonly data: string }[];
}

/** Fixes the terms of an escrow order for a job that waits for USDC, and says what the wallet has to sign to pay it. */
export async function prepareDeposit(
  ctx: Context,
  rail: ChainRail,
  input: PrepareDepositInput,
): Promise<PreparedDeposit> {
  const actor = requireRole(ctx.actor, "engineer", "finance");
  const parsed = PrepareDepositInput.parse(input);
  const address = addressOf(parsed.address);
  const wallet = await findLinkedWallet(ctx.database.reader, address);
  if (wallet === null || wallet.organisationId !== actor.organisationId)
    throw new WalletRefused("This wallet is not linked to your organisation. Link it first.");
  await requireAllowed(ctx, rail, address, "deposit");
  const order = await ctx.database.transaction(async (tx) => {
    const job = await lockJob(tx, parsed.jobId);
    if (job === null || job.organisationId !== actor.organisationId) throw new NotFound("job", parsed.jobId);
    requireWaiting(job);
    const known = await findOrderOfJob(tx, job.id, ["authorised", "prepared"]);
    if (known !== null && isStillGood(ctx, known, address)) return known;
    const made = newOrder(ctx, rail, job, address, actor.userId);
    await insertOrder(tx, made);
    await record(tx, actor, {
      action: "escrow.deposit-prepared",
      target: job.id,
      details: { orderId: made.orderId, payer: address, amountMicros: String(job.limitMicros) },
    });
    const inserted = await findOrderOfJob(tx, job.id, ["prepared"]);
    assert(inserted !== null, "the order was just inserted");
    return inserted;
  });
  return describe(rail, order);
}

function requireWaiting(job: JobRecord): void {
  if (job.rail !== "usdc") throw new DepositRefused("This job is paid from your balance; it needs no USDC.");
  if (job.state === "awaiting_approval")
    throw new DepositRefused("This job still waits for an approval. It can be paid once it is approved.");
  if (job.state !== "awaiting_funds") throw new DepositRefused("This job does not wait for a deposit any more.");
}

function isStillGood(ctx: Context, order: OrderRecord, payer: Address): boolean {
  return order.payer === payer && order.openUntil.getTime() - ctx.clock.now().getTime() > REUSE_MS;
}

function newOrder(ctx: Context, rail: ChainRail, job: JobRecord, payer: Address, createdBy: string) {
  const { chainId, escrow, policy } = rail;
  const now = ctx.clock.now();
  const openUntil = Math.floor(now.getTime() / 1_000) + policy.fundingSeconds;
  const treasury = treasuryOf(rail);
  const terms: Terms = {
    payer,
    payee: treasury,
    verifier: addressOf(rail.verifier.address),
    arbiter: rail.arbiter,
    feeTo: treasury,
    feeBps: Number(PLATFORM_FEE_BPS),
    burstBps: policy.rampSeconds === 0 ? 0 : policy.burstBps,
    rampSeconds: policy.rampSeconds,
    arbiterSeconds: policy.arbiterSeconds,
    openUntil,
    graceUntil: openUntil + policy.graceSeconds,
    amount: job.limitMicros,
    salt: toHex(randomBytes(32)),
  };
  return {
    id: newId("escrowOrder", now.getTime()),
    orderId: orderIdOf(chainId, escrow, terms),
    cursorId: rail.id,
    jobId: job.id,
    organisationId: job.organisationId,
    payer,
    terms: storeTerms(terms),
    amountMicros: job.limitMicros,
    openUntil: new Date(openUntil * 1_000),
    graceUntil: new Date(terms.graceUntil * 1_000),
    createdBy,
    createdAt: now,
  };
}

async function describe(rail: ChainRail, order: OrderRecord): Promise<PreparedDeposit> {
  const { chainId, escrow, usdc } = rail;
  const terms = termsOf(order.terms);
  const domain = await askNodes(rail, (node) => tokenDomain(node, chainId, usdc));
  const data = authorizationData(domain, escrow, orderIdOf(chainId, escrow, terms), terms);
  const approve = encodeFunctionData({ abi: testUsdcAbi, functionName: "approve", args: [escrow, terms.amount] });
  const deposit = encodeFunctionData({ abi: trainyardEscrowAbi, functionName: "deposit", args: [terms] });
  return {
    escrowOrderId: order.id,
    orderId: order.orderId,
    chainId,
    amountMicros: order.amountMicros,
    openUntil: order.openUntil,
    typedData: walletTypedData(data),
    transactions: [
      { to: usdc, data: approve },
      { to: escrow, data: deposit },
    ],
  };
}

/** Typed data as wallets read it: with the domain's own type, and whole numbers as decimal text. */
function walletTypedData(data: ReturnType<typeof authorizationData>): string {
  const EIP712Domain = [
    { name: "name", type: "string" },
    { name: "version", type: "string" },
    { name: "chainId", type: "uint256" },
    { name: "verifyingContract", type: "address" },
  ];
  return JSON.stringify({ ...data, types: { EIP712Domain, ...data.types } }, (_key, value: unknown) =>
    typeof value === "bigint" ? String(value) : value,
  );
}
