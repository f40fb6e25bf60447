import { listStatement, ListStatementInput, readBalance } from "@/modules/ledger";
import { memberProcedure, router } from "../procedures";

export const ledgerRouter = router({
  balance: memberProcedure.query(({ ctx }) => readBalance(ctx.context)),
  statement: memberProcedure.input(ListStatementInput).query(({ ctx, input }) => listStatement(ctx.context, input)),
});
