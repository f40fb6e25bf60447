import { micros, type Micros, type Tx } from "@/kernel";
import { selectVerifiedWork } from "./store/segments";

const JOBS = 100;

/** What a job has demonstrably delivered. */
export interface VerifiedWork {
  readonly jobId: string;
  readonly name: string;
  readonly specHash: string;
  readonly createdAt: Date;
  readonly segmentCount: number;
  readonly verified: number;
  readonly lastVerifiedAt: Date;
  readonly paidMicros: Micros;
  /** The signed end of the chain of verified segments. */
  readonly commitment: string | null;
}

/** The verified work of an organisation's jobs that were posted since a moment. The caller has checked the actor. */
export async function listVerifiedWork(tx: Tx, organisationId: string, since: Date): Promise<VerifiedWork[]> {
  const rows = await selectVerifiedWork(tx, organisationId, since, JOBS);
  return rows.map(({ paidMicros, ...row }) => ({ ...row, paidMicros: micros(paidMicros) }));
}
