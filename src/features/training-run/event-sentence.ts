import type { JobHappening } from "@/modules/jobs";
import type { Asset } from "@/kernel/values/money";
import { amountText, lossText, percent } from "@/ui/format";

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

type Sentences = {
  [Type in JobHappening["type"]]: (
    happening: Extract<JobHappening, { type: Type }>,
    /** Writes an amount in what the job is paid in. */
    money: (micros: string) => string,
  ) => string;
};

const SENTENCES: Sentences = {
  posted: ({ segments, limitMicros }, money) => `Posted as ${segments} segments with a limit of ${money(limitMicros)}.`,
  "approval-asked": ({ reason, approvals }) =>
    `Waits for ${approvals === 1 ? "an approval" : `${approvals} approvals`}: ${sentence(reason)} Nothing is held yet.`,
  approved: ({ by, comment, missing }) =>
    `Approved by ${by}${comment === "" ? "" : `: “${comment}”`}. ${missing === 0 ? "The job may start." : "One more person must approve."}`,
  declined: ({ by, comment }) => `Declined by ${by}: “${comment}”.`,
  funded: ({ amountMicros }, money) => `${money(amountMicros)} is in the escrow contract and final. The job may start.`,
  unmatched: ({ explanation }) => `No match in this batch. ${explanation}`,
  matched: ({ machine, organisation, pricePerSegmentMicros, explanation }, money) =>
    `Matched with ${machine} of ${organisation} at ${money(pricePerSegmentMicros)} a segment. ${explanation}`,
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
  paid: ({ index, priceMicros, totalMicros }, money) =>
    `${money(priceMicros)} paid for ${segment(index)}; ${money(totalMicros)} so far.`,
  voided: ({ index, reason }) => `${capital(segment(index))} is void and costs nothing. ${reason}`,
  released: ({ machine, reason }) =>
    `${machine} left the job. ${sentence(reason)} The job goes on from the last good state on the next machine.`,
  completed: ({ postedMicros, returnedMicros, accuracy }, money) =>
    `Every segment is verified. ${money(postedMicros)} was paid, ${money(returnedMicros)} returned${accuracy === null ? "" : `; held-out accuracy ${percent(accuracy, 2)}`}.`,
  cancelled: ({ reason, returnedMicros }, money) =>
    `${sentence(reason ?? "Cancelled by the buyer")} ${money(returnedMicros)} returned; what was verified stays paid and kept.`,
  failed: ({ reason, returnedMicros }, money) =>
    `The job was given up. ${sentence(reason)} ${money(returnedMicros)} returned.`,
};

/** A log entry as a sentence. A type that this page does not know yet is shown by its name rather than dropped. */
export function eventSentence(event: { type: string; data: unknown }, asset: Asset): { text: string; tone: EventTone } {
  const type = event.type as JobHappening["type"];
  const write = SENTENCES[type] as ((happening: unknown, money: (micros: string) => string) => string) | undefined;
  if (write === undefined) return { text: event.type, tone: "plain" };
  return {
    text: write(event.data, (micros) => amountText(BigInt(micros), asset)).trim(),
    tone: TONES[type] ?? "plain",
  };
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
