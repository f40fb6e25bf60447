"use client";

import { useQuery } from "@tanstack/react-query";
import { negateMicros } from "@/kernel/values/money";
import { Card } from "@/ui/card";
import { ErrorNote } from "@/ui/error-note";
import { Money } from "@/ui/money";
import { Ago } from "@/ui/quantity";
import { StatusPill, type Tone } from "@/ui/status-pill";
import { Table, type Column } from "@/ui/table";
import { useTRPC, type Outputs } from "../api/trpc";
import { methodWords } from "./words";

type Funding = Outputs["payments"]["funding"];

interface Row {
  readonly id: string;
  readonly what: string;
  readonly at: Date;
  readonly amountMicros: bigint;
  readonly tone: Tone;
  readonly state: string;
  readonly note: string | null;
  readonly url: string | null;
}

const TONES: Readonly<Record<string, Tone>> = {
  open: "idle",
  processing: "claim",
  pending: "claim",
  paid: "proof",
  received: "claim",
  credited: "proof",
  succeeded: "proof",
  won: "proof",
  failed: "fault",
  lost: "fault",
  expired: "idle",
  warning_closed: "idle",
};
const REFRESH_MS = 5_000;

/** How money came in and went back: top-ups, wires, refunds and disputes, newest first. */
export function FundingCard() {
  const trpc = useTRPC();
  const funding = useQuery(trpc.payments.funding.queryOptions(undefined, { refetchInterval: REFRESH_MS }));
  const rows = rowsOf(funding.data);
  return (
    <Card flush title="Money in and back">
      {funding.data?.frozenReason == null ? null : (
        <div className="p-4">
          <ErrorNote
            message={`${funding.data.frozenReason} Until it is closed no job can be posted, and the disputed money is not available.`}
          />
        </div>
      )}
      {rows.length === 0 ? (
        <p className="p-4 text-sm text-ink-faint">
          Every payment, refund and dispute stands here with its state: what Stripe says, not what we hope.
        </p>
      ) : (
        <Table caption="Top-ups, wires, refunds and disputes" columns={COLUMNS} rows={rows} rowKey={(row) => row.id} />
      )}
    </Card>
  );
}

const COLUMNS: readonly Column<Row>[] = [
  { id: "what", title: "What", cell: (row) => row.what },
  {
    id: "state",
    title: "State",
    cell: (row) => (
      <span className="flex items-center gap-2">
        <StatusPill tone={row.tone}>{row.state.replaceAll("_", " ")}</StatusPill>
        {row.url === null ? null : (
          <a href={row.url} className="text-link">
            Go on paying
          </a>
        )}
      </span>
    ),
  },
  { id: "note", title: "Note", wideOnly: true, cell: (row) => <span className="text-ink-faint">{row.note}</span> },
  { id: "at", title: "When", wideOnly: true, cell: (row) => <Ago at={row.at} /> },
  { id: "amount", title: "Amount", numeric: true, cell: (row) => <Money amountMicros={row.amountMicros} /> },
];

function rowsOf(funding: Funding | undefined): Row[] {
  if (funding === undefined) return [];
  const topUps = funding.topUps.map(({ id, method, automatic, createdAt, amountMicros, state, failure, url }) => ({
    ...{ id, at: createdAt, amountMicros, state, note: failure, url },
    what: `${automatic ? "Automatic top-up" : "Top-up"} by ${methodWords(method)}`,
  }));
  const wires = funding.wires.map(({ id, receivedAt, amountMicros, state, failure, senderName, reference }) => ({
    ...{ id, at: receivedAt, amountMicros, state, url: null },
    what: "Bank transfer",
    note: failure ?? ([senderName, reference].filter((part) => part !== null).join(" · ") || null),
  }));
  const refunds = funding.refunds.map(({ id, createdAt, amountMicros, state, failure, reason }) => ({
    ...{ id, at: createdAt, amountMicros: negateMicros(amountMicros), state, url: null },
    what: "Refund",
    note: failure ?? reason,
  }));
  const disputes = funding.disputes.map(({ id, openedAt, amountMicros, status, reason }) => ({
    ...{ id, at: openedAt, amountMicros: negateMicros(amountMicros), state: status, url: null },
    what: "Dispute by the payer’s bank",
    note: reason.replaceAll("_", " "),
  }));
  return [...topUps, ...wires, ...refunds, ...disputes]
    .map((row) => ({ ...row, tone: TONES[row.state] ?? "warn" }))
    .sort((a, b) => b.at.getTime() - a.at.getTime());
}
