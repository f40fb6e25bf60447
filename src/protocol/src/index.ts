export { canonicalJson, type Canonical } from "./canonical";
export { bytesToHex, hexToBytes, merkleLeaf, merkleRoot, portableSha256, sha256Hex, type Sha256Function } from "./hash";
export {
  elementBytes,
  elementCount,
  inNameOrder,
  TENSOR_DATA_TYPES,
  type NamedTensor,
  type TensorDataType,
} from "./tensors";
export { decodeSafetensors, encodeSafetensors, SafetensorsError } from "./safetensors";
export { STATE_CHUNK_BYTES, stateRoot } from "./state-root";
export { dataOrder, exampleAt, type DataOrder } from "./data-order";
export {
  DatasetColumn,
  DatasetSplit,
  EngineKind,
  EngineSettings,
  EXACT_CLASS,
  exampleCount,
  isClassOf,
  jobBlobs,
  JobSpec,
  jobSpecHash,
  RowDataType,
  Sha256,
  STANDARD_ENGINES,
} from "./job-spec";
export { evaluationBatch, evaluationBatchCount, heldOutCount, trainingBatches, type BlobReader } from "./batches";
export { commitmentHash, commitmentMessage, genesisCommitment, requestMessage, SegmentClaim } from "./commitment";
export { ALWAYS_AUDITED_SEGMENTS, auditProbability, drawKeyHash, isDrawn } from "./draw";
export {
  CommitRequest,
  CommitResponse,
  ExecutionProviderName,
  FailRequest,
  FailResponse,
  FencingToken,
  HeartbeatRequest,
  HeartbeatResponse,
  JoinRequest,
  JoinResponse,
  Lease,
  LeaseRequest,
  LeaseResponse,
  MachineReport,
  REQUEST_HEADERS,
  ReportRequest,
  WireError,
} from "./messages";
export { checkReceipt, Receipt, type VerifySignature } from "./receipt";
