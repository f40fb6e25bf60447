import type { Outputs } from "../api/trpc";

export type Job = Outputs["settlement"]["read"];
export type Segment = Job["segments"][number];
export type Audit = Segment["audits"][number];
export type JobEvent = Outputs["jobs"]["events"][number];
export type LossCurve = Outputs["jobs"]["lossCurve"];

/** What the machine that trains right now has said so far: nothing of it is verified. */
export interface LiveSegment {
  readonly index: number;
  readonly stepsDone: number;
  readonly lossesFrom: number;
  readonly losses: readonly number[];
  readonly machineName: string;
}
