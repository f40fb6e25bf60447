export { checkClaim, type CheckedClaim, type SignatureCheck } from "./check-claim";
export { AUDITS_PER_JOB_MIN, segmentDrawProbability } from "./draw-audit";
export { ClaimRefused } from "./errors";
export { openAudit } from "./open-audit";
export {
  countAudits,
  findAudit,
  finishAudit,
  markAuditPaid,
  reopenAudit,
  selectAudits,
  takeOpenAudit,
  voidAudits,
  type AuditRecord,
} from "./store";
export { verdictOf, type AuditOutcome, type Verdict } from "./verdict";
