import { createCallerFactory, router } from "./procedures";
import { billingRouter } from "./routers/billing";
import { escrowRouter } from "./routers/escrow";
import { identityRouter } from "./routers/identity";
import { jobsRouter } from "./routers/jobs";
import { ledgerRouter } from "./routers/ledger";
import { marketRouter } from "./routers/market";
import { paymentsRouter } from "./routers/payments";
import { reconciliationRouter } from "./routers/reconciliation";
import { settlementRouter } from "./routers/settlement";
import { spendingRouter } from "./routers/spending";

/** Everything that the pages may ask, by module. */
export const appRouter = router({
  identity: identityRouter,
  jobs: jobsRouter,
  settlement: settlementRouter,
  market: marketRouter,
  ledger: ledgerRouter,
  payments: paymentsRouter,
  billing: billingRouter,
  escrow: escrowRouter,
  reconciliation: reconciliationRouter,
  spending: spendingRouter,
});
export type AppRouter = typeof appRouter;

/** Calls procedures inside this process, for tests and scripts. */
export const createCaller = createCallerFactory(appRouter);
