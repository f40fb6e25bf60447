import {
  DisputeEvidenceInput,
  listFunding,
  listPayouts,
  readAutoTopUp,
  readBankAccount,
  readTopUp,
  requestPayout,
  RequestPayoutInput,
  requestRefund,
  RequestRefundInput,
  sendTestWire,
  SendTestWireInput,
  setAutoTopUp,
  SetAutoTopUpInput,
  startOnboarding,
  startTopUp,
  StartTopUpInput,
  TopUpInput,
} from "@/modules/payments";
import { listDisputesToAnswer, sendDisputeEvidence } from "@/modules/settlement";
import { memberProcedure, router } from "../procedures";

export const paymentsRouter = router({
  rails: memberProcedure.query(({ ctx }) => ({
    sandbox: ctx.services.rails.sandboxEnabled,
    stripe: ctx.services.rails.stripe !== null,
  })),
  funding: memberProcedure.query(({ ctx }) => listFunding(ctx.context)),
  startTopUp: memberProcedure
    .input(StartTopUpInput)
    .mutation(({ ctx, input }) => startTopUp(ctx.context, ctx.services.rails, input)),
  topUp: memberProcedure.input(TopUpInput).query(({ ctx, input }) => readTopUp(ctx.context, ctx.services.rails, input)),
  bankAccount: memberProcedure.query(({ ctx }) => readBankAccount(ctx.context, ctx.services.rails)),
  sendTestWire: memberProcedure
    .input(SendTestWireInput)
    .mutation(({ ctx, input }) => sendTestWire(ctx.context, ctx.services.rails, input)),
  autoTopUp: memberProcedure.query(({ ctx }) => readAutoTopUp(ctx.context)),
  setAutoTopUp: memberProcedure.input(SetAutoTopUpInput).mutation(({ ctx, input }) => setAutoTopUp(ctx.context, input)),
  disputes: memberProcedure.query(({ ctx }) => listDisputesToAnswer(ctx.context)),
  sendDisputeEvidence: memberProcedure
    .input(DisputeEvidenceInput)
    .mutation(({ ctx, input }) => sendDisputeEvidence(ctx.context, ctx.services.rails, input)),
  requestRefund: memberProcedure
    .input(RequestRefundInput)
    .mutation(({ ctx, input }) => requestRefund(ctx.context, ctx.services.rails, input)),
  payouts: memberProcedure.query(({ ctx }) => listPayouts(ctx.context, ctx.services.rails)),
  startOnboarding: memberProcedure.mutation(({ ctx }) => startOnboarding(ctx.context, ctx.services.rails)),
  requestPayout: memberProcedure
    .input(RequestPayoutInput)
    .mutation(({ ctx, input }) => requestPayout(ctx.context, ctx.services.rails, input)),
});
