import { depositSandbox, DepositSandboxInput } from "@/modules/payments";
import { memberProcedure, router } from "../procedures";

export const paymentsRouter = router({
  rails: memberProcedure.query(({ ctx }) => ({ sandbox: ctx.services.rails.sandboxEnabled })),
  depositSandbox: memberProcedure
    .input(DepositSandboxInput)
    .mutation(({ ctx, input }) => depositSandbox(ctx.context, ctx.services.rails, input)),
});
