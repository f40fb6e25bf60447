import { encodeFunctionData } from "viem";
import { failpoint, formatAmount, NotFound, record, requireRole, type Context } from "@/kernel";
import { lockJob } from "@/modules/jobs";
import { addressOf, hexOf, type Hex } from "../chain/address";
import { authorizationData, termsOf, type Terms } from "../chain/terms";
import { tokenDomain } from "../chain/token-domain";
import { testUsdcAbi } from "../contract/test-usdc";
import { trainyardEscrowAbi } from "../contract/trainyard-escrow";
import { DepositRefused, SignatureRefused } from "../errors";
import { SubmitAuthorizationInput } from "../inputs";
import type { ChainRail } from "../rail";
import { queueTransaction } from "../send/queue-transaction";
import { findOrder, lockOrder, updateOrder } from "../store/orders";
import { askNodes, isTypedDataSignedBy } from "../wallets/verify";

/** How signatures of wallets that are not on chain yet end (ERC-6492). */
const NOT_DEPLOYED = "6492649264926492649264926492649264926492649264926492649264926492";
/** What is signed must still reach a block in time. */
const SECONDS_LEFT_MIN = 60;

/**
 * Takes the payer's signature and queues the transaction that brings it to the chain; the platform pays for gas. Submitting
 * again while it is on its way changes nothing.
 */
export async function submitAuthorization(
  ctx: Context,
  rail: ChainRail,
  input: SubmitAuthorizationInput,
): Promise<void> {
  const actor = requireRole(ctx.actor, "engineer", "finance");
  const { escrowOrderId, signature } = SubmitAuthorizationInput.parse(input);
  const order = await findOrder(ctx.database.reader, escrowOrderId);
  if (order === null || order.organisationId !== actor.organisationId) throw new NotFound("deposit", escrowOrderId);
  const terms = termsOf(order.terms);
  requireTime(ctx, terms);
  await requireSigned(rail, hexOf(order.orderId), terms, hexOf(signature));
  await requireBalance(rail, terms);
  await ctx.database.transaction(async (tx) => {
    const job = await lockJob(tx, order.jobId);
    if (job?.state !== "awaiting_funds") throw new DepositRefused("This job does not wait for a deposit any more.");
    const locked = await lockOrder(tx, order.id);
    if (locked?.state === "authorised") return;
    if (locked?.state !== "prepared") throw new DepositRefused("This deposit was made already.");
    await updateOrder(tx, order.id, { state: "authorised", signature, failure: null });
    await queueTransaction(ctx, tx, rail, {
      kind: "relay-deposit",
      reference: order.id,
      to: rail.escrow,
      data: encodeFunctionData({
        abi: trainyardEscrowAbi,
        functionName: "depositWithAuthorization",
        args: [terms, 0n, BigInt(terms.openUntil), hexOf(signature)],
      }),
      deadline: order.openUntil,
    });
    failpoint("authorization-queued");
    await record(tx, actor, {
      action: "escrow.deposit-authorised",
      target: order.jobId,
      details: { orderId: order.orderId, amountMicros: String(order.amountMicros) },
    });
  });
}

function requireTime(ctx: Context, terms: Terms): void {
  if (terms.openUntil - ctx.clock.now().getTime() / 1_000 > SECONDS_LEFT_MIN) return;
  throw new DepositRefused("This offer to pay has run out. Start the payment again; nothing was taken.");
}

async function requireSigned(rail: ChainRail, orderId: Hex, terms: Terms, signature: Hex): Promise<void> {
  if (signature.endsWith(NOT_DEPLOYED))
    throw new SignatureRefused(
      "This smart wallet is not on chain yet, so USDC cannot check its signature. Send any transaction from it once, then pay again.",
    );
  const domain = await askNodes(rail, (node) => tokenDomain(node, rail.chainId, rail.usdc));
  const data = authorizationData(domain, rail.escrow, orderId, terms);
  if (!(await isTypedDataSignedBy(rail, terms.payer, data, signature)))
    throw new SignatureRefused("The signature is not this wallet's, or is over other terms. Start the payment again.");
}

async function requireBalance(rail: ChainRail, terms: Terms): Promise<void> {
  const balance = await askNodes(rail, (node) =>
    node.readContract({
      address: rail.usdc,
      abi: testUsdcAbi,
      functionName: "balanceOf",
      args: [addressOf(terms.payer)],
    }),
  );
  if (balance >= terms.amount) return;
  throw new DepositRefused(
    `The wallet holds ${formatAmount(balance, "USDC")} and this job needs ${formatAmount(terms.amount, "USDC")}. Add USDC to it, then pay again.`,
    { balanceMicros: String(balance), neededMicros: String(terms.amount) },
  );
}
