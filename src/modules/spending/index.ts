export { allocationsOf, type Allocation } from "./allocations";
export { askToSpend, type SpendingAsk } from "./ask-to-spend";
export { closeProject } from "./close-project";
export { countToDecide } from "./count-to-decide";
export { createProject } from "./create-project";
export { approveRequest, declineRequest } from "./decide-request";
export type { SpendingDecision } from "./decide-spending";
export { endRequest, overdueRequests } from "./end-request";
export { DecisionRefused, NameTaken, SpendingRefused } from "./errors";
export {
  AllocationInput,
  CloseProjectInput,
  CreateProjectInput,
  ListRequestsInput,
  PreviewSpendingInput,
  RequestInput,
  SetBudgetInput,
  SetPolicyInput,
  SetPurchaseOrderInput,
  UpdateProjectInput,
} from "./inputs";
export { listRequests, readRequest } from "./list-requests";
export type { PolicyView } from "./policy-view";
export { previewSpending } from "./preview-spending";
export { readSpending, type AlertView, type ProjectView, type SpendingView } from "./read-spending";
export type { RequestView } from "./request-view";
export { setBudget } from "./set-budget";
export { setPolicy } from "./set-policy";
export { setPurchaseOrder } from "./set-purchase-order";
export { updateProject } from "./update-project";
