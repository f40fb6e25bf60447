import { formatUsd, type Micros } from "@/kernel";

/** What the platform can show of one job that the disputed payment could have paid. Settlement fills it in. */
export interface EvidenceOfJob {
  readonly jobId: string;
  readonly name: string;
  readonly specHash: string;
  readonly createdAt: Date;
  readonly segmentCount: number;
  readonly verified: number;
  readonly lastVerifiedAt: Date;
  readonly paidMicros: Micros;
  readonly commitment: string | null;
}

/** What is known about the payer and what it got for its money. */
export interface DisputeEvidence {
  readonly customerName: string;
  readonly jobs: readonly EvidenceOfJob[];
}

/** The fields of a dispute's evidence that Stripe passes on to the bank. */
export interface EvidenceFields {
  readonly customer_name: string;
  readonly product_description: string;
  readonly service_date?: string;
  readonly uncategorized_text: string;
}

/** Stripe takes at most so many characters in one field. */
const TEXT_MAX = 20_000;

/** Writes the evidence down for a bank's clerk: what was bought, and what of it was delivered and how that can be checked. */
export function evidenceFields(
  { customerName, jobs }: DisputeEvidence,
  paid: { micros: Micros; at: Date },
): EvidenceFields {
  const last = jobs.map((job) => job.lastVerifiedAt.getTime()).sort((a, b) => b - a)[0];
  return {
    customer_name: customerName,
    product_description:
      "Prepaid balance for training machine-learning models. Money is taken from it only for finished pieces of work (segments) whose results were verified.",
    ...(last === undefined ? {} : { service_date: dayOf(new Date(last)) }),
    uncategorized_text: [introduction(customerName, jobs.length, paid), ...jobs.map(paragraph)]
      .join("\n\n")
      .slice(0, TEXT_MAX),
  };
}

function introduction(customerName: string, count: number, paid: { micros: Micros; at: Date }): string {
  const bought = `On ${dayOf(paid.at)} ${customerName} paid ${formatUsd(paid.micros)} into its prepaid balance, signed in with its own account.`;
  if (count === 0) return `${bought} No work has been delivered for it since.`;
  return `${bought} Since then the following work was ordered by it, delivered to it and verified by repeated execution. Each job names the hash of its specification and the last commitment of its chain of results, signed by the machine that computed it; the files can be produced on request.`;
}

function paragraph(job: EvidenceOfJob): string {
  return [
    `Job ${job.jobId} ("${job.name}"), ordered ${job.createdAt.toISOString()}`,
    `Delivered and verified: ${job.verified} of ${job.segmentCount} segments, the last ${job.lastVerifiedAt.toISOString()}`,
    `Price of the verified segments: ${formatUsd(job.paidMicros)}`,
    `Specification: ${job.specHash}`,
    `Last verified commitment: ${job.commitment ?? "none"}`,
  ].join("\n");
}

const dayOf = (at: Date): string => at.toISOString().slice(0, 10);
