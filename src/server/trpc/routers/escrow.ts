import {
  ChainClosed,
  LinkWalletInput,
  linkWallet,
  listWallets,
  listWithdrawals,
  PrepareDepositInput,
  prepareDeposit,
  ReadFundingInput,
  readFunding,
  RequestWithdrawalInput,
  requestWithdrawal,
  setPayoutWallet,
  StartLinkInput,
  startLink,
  SubmitAuthorizationInput,
  submitAuthorization,
  unlinkWallet,
  WalletInput,
  type ChainRail,
} from "@/modules/escrow";
import { memberProcedure, router } from "../procedures";

/** Refuses with a sentence where no chain is set up. */
const chainProcedure = memberProcedure.use(({ ctx, next }) =>
  next({ ctx: { chain: requireChain(ctx.services.chain) } }),
);

function requireChain(chain: ChainRail | null): ChainRail {
  if (chain === null) throw new ChainClosed();
  return chain;
}

export const escrowRouter = router({
  chain: memberProcedure.query(({ ctx }) => describeChain(ctx.services.chain)),
  wallets: memberProcedure.query(({ ctx }) => listWallets(ctx.context)),
  startLink: chainProcedure
    .input(StartLinkInput)
    .mutation(({ ctx, input }) => startLink(ctx.context, ctx.chain, input)),
  linkWallet: chainProcedure
    .input(LinkWalletInput)
    .mutation(({ ctx, input }) => linkWallet(ctx.context, ctx.chain, input)),
  unlinkWallet: memberProcedure.input(WalletInput).mutation(({ ctx, input }) => unlinkWallet(ctx.context, input)),
  setPayoutWallet: chainProcedure
    .input(WalletInput)
    .mutation(({ ctx, input }) => setPayoutWallet(ctx.context, ctx.chain, input)),
  prepareDeposit: chainProcedure
    .input(PrepareDepositInput)
    .mutation(({ ctx, input }) => prepareDeposit(ctx.context, ctx.chain, input)),
  submitAuthorization: chainProcedure
    .input(SubmitAuthorizationInput)
    .mutation(({ ctx, input }) => submitAuthorization(ctx.context, ctx.chain, input)),
  funding: chainProcedure.input(ReadFundingInput).query(({ ctx, input }) => readFunding(ctx.context, ctx.chain, input)),
  withdrawals: memberProcedure.query(({ ctx }) => listWithdrawals(ctx.context)),
  requestWithdrawal: chainProcedure
    .input(RequestWithdrawalInput)
    .mutation(({ ctx, input }) => requestWithdrawal(ctx.context, ctx.chain, input)),
});

/** What a page and a wallet must know of the chain; null where USDC is off. */
function describeChain(chain: ChainRail | null) {
  return chain === null ? null : { chainId: chain.chainId, escrow: chain.escrow, usdc: chain.usdc };
}
