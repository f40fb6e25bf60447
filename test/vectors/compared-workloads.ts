import { WORKLOADS, type Workload } from "../../bench/training/workload";

/** Steps of the stored loss curves. */
export const STEPS = 200;

/** The residual network learns on small batches here: a test has no minutes to spare, and the curve is as good. */
const RESNET_BATCH = 8;

/** The models of the training benchmark as the stored curves have them. */
export const COMPARED: readonly Workload[] = WORKLOADS.map((workload) =>
  workload.name === "resnet-18" ? { ...workload, batchSize: RESNET_BATCH } : workload,
);
