export { addDataset, addPublicDataset, sampleTextDataset } from "./add-dataset";
export { characterTokens } from "./characters";
export { checkState, decodeState, StateRefused } from "./check-state";
export { createJob } from "./create-job";
export type { ColumnView, DatasetView } from "./dataset-view";
export {
  BlobMissing,
  DatasetMismatch,
  DatasetRefused,
  DatasetTooSmall,
  IdempotencyMismatch,
  JobEnded,
  LeaseFenced,
  ModelRefused,
} from "./errors";
export { floats, jobEvaluation, type Evaluation } from "./evaluation";
export { findOwnJob } from "./find-own-job";
export { heartbeat } from "./heartbeat";
export {
  AddDatasetInput,
  InspectUploadedModelInput,
  JobInput,
  JobLiveInput,
  JobSource,
  ListEventsInput,
  ListJobsInput,
  LossKind,
  LossCurveInput,
  PlanInput,
  TemplateId,
  TrainingChoices,
} from "./inputs";
export { inspectUploadedModel } from "./inspect-uploaded-model";
export { jobChoices, type JobChoices } from "./job-choices";
export { addEvent, addUnmatched, type JobHappening } from "./job-events";
export { leaseNextSegment, genesisOf, UNVERIFIED_SEGMENTS_MAX, type TrainingGrant } from "./lease-next-segment";
export { listDatasets } from "./list-datasets";
export { listEvents } from "./list-events";
export { listJobs, type JobRow } from "./list-jobs";
export { listVerifiedWork, type VerifiedWork } from "./list-verified-work";
export { planJob, type JobPlan } from "./plan-job";
export { readJobLive, type JobEventView, type JobLive } from "./read-job-live";
export { readLossCurve, type LossCurve } from "./read-loss-curve";
export type { RawDataset } from "./split-dataset";
export { findJobByKey, findLatestJobWithKeyPrefix, lockJob, lockJobKey, updateJob, type JobRecord } from "./store/jobs";
export {
  endLease,
  fenceLease,
  findLiveTraining,
  findReadableLease,
  holdsLease,
  insertLease,
  lockExpiredLeases,
  lockMachineLeases,
  reissueLease,
  releaseLeasesOf,
  type LeaseRow,
} from "./store/leases";
export {
  countFailures,
  findSegment,
  owedMicros,
  selectAllSegments,
  selectLiveSegments,
  selectUnsettledJobs,
  updateSegment,
  voidSegmentsFrom,
  type SegmentRecord,
} from "./store/segments";
export { TEMPLATES, type Template } from "./templates";
export { OWN_MODEL_DEFAULTS } from "./training-options";
