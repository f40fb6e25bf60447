import { micros, type Micros, type Tx } from "@/kernel";
import { tagsOf } from "./request-view";
import { selectAllocations, selectProjectNames } from "./store";

/** What a job's money is booked for: what finance wrote on it, for documents and exports. */
export interface Allocation {
  readonly jobId: string;
  readonly projectId: string | null;
  readonly projectName: string | null;
  readonly poNumber: string | null;
  readonly costCentre: string | null;
  readonly tags: Readonly<Record<string, string>>;
  readonly limitMicros: Micros;
}

/** What jobs are for, by job id; jobs that were posted before there were requests are missing. */
export async function allocationsOf(tx: Tx, jobIds: readonly string[]): Promise<Map<string, Allocation>> {
  const rows = await selectAllocations(tx, jobIds);
  const names = await selectProjectNames(
    tx,
    rows.flatMap(({ projectId }) => projectId ?? []),
  );
  return new Map(
    rows.map((row) => {
      const { jobId, projectId, poNumber, costCentre } = row;
      const projectName = projectId === null ? null : (names.get(projectId) ?? null);
      const limitMicros = micros(row.amountMicros);
      return [jobId, { jobId, projectId, projectName, poNumber, costCentre, tags: tagsOf(row), limitMicros }];
    }),
  );
}
