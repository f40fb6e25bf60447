export { approveJob } from "./approve-job";
export { cancelJob } from "./cancel-job";
export { commitWork } from "./commit-work";
export { declineJob } from "./decline-job";
export { LimitBelowPrice, MachineQuarantined, NotDelivered } from "./errors";
export { endUnfundedJob } from "./end-unfunded-job";
export { expireApprovals } from "./expire-approvals";
export { failWork } from "./fail-work";
export {
  ApproveJobInput,
  DeclineJobInput,
  DeliverableInput,
  DeliverableKind,
  PostJobInput,
  QuoteJobInput,
} from "./inputs";
export type { AuditView, JobMachineView, JobView, SegmentView } from "./job-view";
export { leaseWork } from "./lease-work";
export { leaseBlobs } from "./lease-blobs";
export { openDeliverable } from "./open-deliverable";
export { postJob } from "./post-job";
export { quoteJob, type Quote } from "./quote-job";
export { readJob } from "./read-job";
export { resumeSettlement } from "./resume-settlement";
export { recoverFromHolds } from "./recover-from-holds";
export { runMarket } from "./run-market";
export { listDisputesToAnswer, sendDisputeEvidence } from "./send-dispute-evidence";
export { settleJob } from "./settle-job";
export { startFundedJob } from "./start-funded-job";
export { sweepLeases } from "./sweep-leases";
