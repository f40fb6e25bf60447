import type { Asset, Micros } from "@/kernel";
import type { Evaluation, JobChoices, JobRecord } from "@/modules/jobs";
import type { AuditRecord } from "@/modules/verification";
import type { DeliverableKind } from "./inputs";

export interface AuditView {
  readonly cause: AuditRecord["cause"];
  readonly state: AuditRecord["state"];
  readonly machineName: string | null;
  readonly organisationName: string | null;
  readonly commitment: string | null;
  readonly finishedAt: Date | null;
}

export interface SegmentView {
  readonly id: string;
  readonly index: number;
  readonly attempt: number;
  readonly state: "leased" | "committed" | "verified" | "void";
  readonly machineName: string;
  readonly organisationName: string;
  readonly stepsDone: number | null;
  readonly drawn: boolean | null;
  readonly drawProbability: number | null;
  readonly commitment: string | null;
  readonly stateRoot: string | null;
  readonly evaluation: Evaluation | null;
  readonly priceMicros: Micros;
  readonly trainMs: number | null;
  readonly evaluateMs: number | null;
  readonly hashMs: number | null;
  readonly peakMemoryBytes: number | null;
  readonly leasedAt: Date;
  readonly committedAt: Date | null;
  readonly verifiedAt: Date | null;
  readonly paidAt: Date | null;
  readonly voidReason: string | null;
  readonly audits: AuditView[];
}

export interface JobMachineView {
  readonly machineName: string;
  readonly organisationName: string;
  readonly state: "active" | "ended";
  readonly segments: number;
  readonly pricePerSegmentMicros: Micros;
  readonly explanation: string;
  readonly endReason: string | null;
}

export interface JobView {
  readonly id: string;
  readonly name: string;
  readonly template: string;
  readonly state: JobRecord["state"];
  readonly createdAt: Date;
  readonly createdByEmail: string;
  readonly firstVerifiedAt: Date | null;
  readonly endedAt: Date | null;
  readonly endReason: string | null;
  readonly specHash: string;
  readonly drawKeyHash: string;
  /** Null until the job has ended: then anyone can recheck the draws. */
  readonly drawKey: string | null;
  readonly stepsPerSegment: number;
  readonly segmentCount: number;
  readonly totalSteps: number;
  readonly flopsPerSegment: number;
  readonly dataset: { readonly id: string; readonly name: string };
  readonly choices: JobChoices;
  readonly quote: unknown;
  readonly counts: { committed: number; audited: number; verified: number; void: number; total: number };
  readonly money: {
    asset: Asset;
    limitMicros: Micros;
    heldMicros: Micros;
    postedMicros: Micros;
    returnedMicros: Micros;
  };
  readonly latest: Evaluation | null;
  readonly stepsPerSecond: number | null;
  readonly segments: SegmentView[];
  readonly machines: JobMachineView[];
  readonly deliverables: { kind: DeliverableKind; fileName: string; hash: string; bytes: number }[];
}
