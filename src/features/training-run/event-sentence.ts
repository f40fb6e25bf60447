import type { JobHappening } from "@/modules/jobs";
import { formatUsd } from "@/kernel/values/money";
import { lossText, percent } from "@/ui/format";

/** How an entry of the log is marked: proof for what is settled, fault for what went wrong. */
export type EventTone = "plain" | "proof" | "fault";

const TONES: Partial<Record<JobHappening["type"], EventTone>> = {
  verified: "proof",
  paid: "proof",
  completed: "proof",
  funded: "proof",
  approved: "proof",
  declined: "fault",
  voided: "fault",
  failed: "fault",
};

const CAUSES: Readonly<Record<string, string>> = {
  draw: "",
  tiebreak: " to break a tie",
  platform: " as a check of the platform’s own",
};

type Sentences = { [Type in JobHappening["type"]]: (happening: Extract<JobHappening, { type: Type }>) => string };

const SENTENCES: Sentences = {
  posted: ({ segments, limitMicros }) => `Posted as ${segments} segments with a limit of ${usd(limitMicros)}.`,
  "approval-asked": ({ reason, approvals }) =>
    `Waits for ${approvals === 1 ? "an approval" : `${approvals} approvals`}: ${sentence(reason)} Nothing is held yet.`,
  approved: ({ by, comment, missing }) =>
    `Approved by ${by}${comment === "" ? "" : `: “${comment}”`}. ${missing === 0 ? "The job may start." : "One more person must approve."}`,
  declined: ({ by, comment }) => `Declined by ${by}: “${comment}”.`,
  funded: ({ amountMicros }) => `${usd(amountMicros)} in USDC is in the escrow contract and final. The job may start.`,
  unmatched: ({ explanation }) => `No match in this batch. ${explanation}`,
  matched: ({ machine, organisation, pricePerSegmentMicros, explanation }) =>
    `Matched with ${machine} of ${organisation} at ${usd(pricePerSegmentMicros)} a segment. ${explanation}`,
  leased: ({ index, attempt, machine }) =>
    `${machine} started ${segment(index)}${attempt > 0 ? `, attempt ${attempt + 1}` : ""}.`,
  committed: ({ index, machine, loss, accuracy }) =>
    `${machine} committed ${segment(index)}: ${result(loss, accuracy)}.`,
  drawn: ({ index, probability }) =>
    `The draw chose ${segment(index)} for an audit; the chance was ${percent(probability, 0)}.`,
  audited: ({ index, agrees, organisation, cause }) =>
    agrees
      ? `${organisation} re-executed ${segment(index)} blind${CAUSES[cause] ?? ""} and got the same bits.`
      : `${organisation} re-executed ${segment(index)} blind${CAUSES[cause] ?? ""} and got another result.`,
  verified: ({ index, audited }) =>
    audited
      ? `${capital(segment(index))} is verified: an independent run agrees.`
      : `${capital(segment(index))} is verified: the draw passed it by.`,
  paid: ({ index, priceMicros, totalMicros }) =>
    `${usd(priceMicros)} paid for ${segment(index)}; ${usd(totalMicros)} so far.`,
  voided: ({ index, reason }) => `${capital(segment(index))} is void and costs nothing. ${reason}`,
  released: ({ machine, reason }) =>
    `${machine} left the job. ${sentence(reason)} The job goes on from the last good state on the next machine.`,
  completed: ({ postedMicros, returnedMicros, accuracy }) =>
    `Every segment is verified. ${usd(postedMicros)} was paid, ${usd(returnedMicros)} returned${accuracy === null ? "" : `; held-out accuracy ${percent(accuracy, 2)}`}.`,
  cancelled: ({ reason, returnedMicros }) =>
    `${sentence(reason ?? "Cancelled by the buyer")} ${usd(returnedMicros)} returned; what was verified stays paid and kept.`,
  failed: ({ reason, returnedMicros }) => `The job was given up. ${sentence(reason)} ${usd(returnedMicros)} returned.`,
};

/** A log entry as a sentence. A type that this page does not know yet is shown by its name rather than dropped. */
export function eventSentence(event: { type: string; data: unknown }): { text: string; tone: EventTone } {
  const type = event.type as JobHappening["type"];
  const write = SENTENCES[type] as ((happening: unknown) => string) | undefined;
  if (write === undefined) return { text: event.type, tone: "plain" };
  return { text: write(event.data).trim(), tone: TONES[type] ?? "plain" };
}

function segment(index: number): string {
  return `segment ${index + 1}`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

function result(loss: number, accuracy: number | null): string {
  return accuracy === null
    ? `held-out loss ${lossText(loss)}`
    : `held-out loss ${lossText(loss)}, accuracy ${percent(accuracy, 2)}`;
}

function usd(micros: string): string {
  return formatUsd(BigInt(micros));
}
