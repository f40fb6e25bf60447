import { approveJob, ApproveJobInput, declineJob, DeclineJobInput } from "@/modules/settlement";
import {
  closeProject,
  CloseProjectInput,
  countToDecide,
  createProject,
  CreateProjectInput,
  listRequests,
  ListRequestsInput,
  previewSpending,
  PreviewSpendingInput,
  readRequest,
  readSpending,
  RequestInput,
  setBudget,
  SetBudgetInput,
  setPolicy,
  SetPolicyInput,
  setPurchaseOrder,
  SetPurchaseOrderInput,
  updateProject,
  UpdateProjectInput,
} from "@/modules/spending";
import { memberProcedure, router } from "../procedures";

export const spendingRouter = router({
  overview: memberProcedure.query(({ ctx }) => readSpending(ctx.context)),
  requests: memberProcedure.input(ListRequestsInput).query(({ ctx, input }) => listRequests(ctx.context, input)),
  toDecide: memberProcedure.query(({ ctx }) => countToDecide(ctx.context)),
  request: memberProcedure.input(RequestInput).query(({ ctx, input }) => readRequest(ctx.context, input)),
  preview: memberProcedure.input(PreviewSpendingInput).query(({ ctx, input }) => previewSpending(ctx.context, input)),
  approve: memberProcedure.input(ApproveJobInput).mutation(({ ctx, input }) => approveJob(ctx.context, input)),
  decline: memberProcedure.input(DeclineJobInput).mutation(({ ctx, input }) => declineJob(ctx.context, input)),
  setPolicy: memberProcedure.input(SetPolicyInput).mutation(({ ctx, input }) => setPolicy(ctx.context, input)),
  createProject: memberProcedure
    .input(CreateProjectInput)
    .mutation(({ ctx, input }) => createProject(ctx.context, input)),
  updateProject: memberProcedure
    .input(UpdateProjectInput)
    .mutation(({ ctx, input }) => updateProject(ctx.context, input)),
  closeProject: memberProcedure.input(CloseProjectInput).mutation(({ ctx, input }) => closeProject(ctx.context, input)),
  setBudget: memberProcedure.input(SetBudgetInput).mutation(({ ctx, input }) => setBudget(ctx.context, input)),
  setPurchaseOrder: memberProcedure
    .input(SetPurchaseOrderInput)
    .mutation(({ ctx, input }) => setPurchaseOrder(ctx.context, input)),
});
