import { readTieOut } from "@/modules/reconciliation";
import { memberProcedure, router } from "../procedures";

export const reconciliationRouter = router({
  tieOut: memberProcedure.query(({ ctx }) => readTieOut(ctx.context)),
});
