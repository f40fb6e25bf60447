import { JobInput } from "@/modules/jobs";
import { cancelJob, postJob, PostJobInput, quoteJob, QuoteJobInput, readJob } from "@/modules/settlement";
import { memberProcedure, router } from "../procedures";

export const settlementRouter = router({
  quote: memberProcedure.input(QuoteJobInput).query(({ ctx, input }) => quoteJob(ctx.context, input)),
  post: memberProcedure.input(PostJobInput).mutation(({ ctx, input }) => postJob(ctx.context, input)),
  cancel: memberProcedure.input(JobInput).mutation(({ ctx, input }) => cancelJob(ctx.context, input)),
  read: memberProcedure.input(JobInput).query(({ ctx, input }) => readJob(ctx.context, input)),
});
