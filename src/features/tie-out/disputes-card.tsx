"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button } from "@/ui/button";
import { Card } from "@/ui/card";
import { ErrorNote } from "@/ui/error-note";
import { Money } from "@/ui/money";
import { Ago } from "@/ui/quantity";
import { StatusPill } from "@/ui/status-pill";
import { Table, type Column } from "@/ui/table";
import { failureOf } from "../api/failure";
import { useTRPC, type Outputs } from "../api/trpc";
import { useRoleBarrier } from "../api/viewer";

type Dispute = Outputs["payments"]["disputes"][number];

const REFRESH_MS = 5_000;

/** Payers' banks that ask for their money back, with the day until which each reads evidence. Absent while there is none. */
export function DisputesCard() {
  const trpc = useTRPC();
  const barrier = useRoleBarrier("finance");
  const disputes = useQuery(
    trpc.payments.disputes.queryOptions(undefined, { refetchInterval: REFRESH_MS, enabled: barrier === null }),
  );
  const failure = failureOf(disputes.error);
  if (failure !== null) return <ErrorNote message={failure.message} requestId={failure.requestId} />;
  if (disputes.data === undefined || disputes.data.length === 0) return null;
  return (
    <Card flush title="Disputes to answer">
      <Table caption="Disputes to answer" columns={COLUMNS} rows={disputes.data} rowKey={(row) => row.id} />
    </Card>
  );
}

const COLUMNS: readonly Column<Dispute>[] = [
  {
    id: "what",
    title: "Dispute",
    cell: ({ id, reason }) => (
      <span>
        {reason.replaceAll("_", " ")} <code className="font-mono text-2xs text-ink-faint">{id}</code>
      </span>
    ),
  },
  {
    id: "state",
    title: "State",
    cell: ({ status }) => <StatusPill tone="warn">{status.replaceAll("_", " ")}</StatusPill>,
  },
  { id: "since", title: "Since", wideOnly: true, cell: ({ openedAt }) => <Ago at={openedAt} /> },
  {
    id: "due",
    title: "Evidence until",
    cell: ({ evidenceDueAt }) =>
      evidenceDueAt === null ? (
        "no deadline"
      ) : (
        <time dateTime={evidenceDueAt.toISOString()}>
          {evidenceDueAt.toISOString().slice(0, 16).replace("T", " ")} UTC
        </time>
      ),
  },
  { id: "amount", title: "Amount", numeric: true, cell: (row) => <Money amountMicros={row.amountMicros} /> },
  { id: "evidence", title: "Evidence", cell: (row) => <SendEvidence dispute={row} /> },
];

/** Sends what the payer's organisation got for its money; once. */
function SendEvidence({ dispute }: { dispute: Dispute }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const send = useMutation(
    trpc.payments.sendDisputeEvidence.mutationOptions({
      onSettled: () => queryClient.invalidateQueries({ queryKey: trpc.payments.disputes.queryKey() }),
    }),
  );
  const failure = failureOf(send.error);
  if (dispute.evidenceSentAt !== null)
    return (
      <span className="text-ink-faint">
        sent <Ago at={dispute.evidenceSentAt} />
      </span>
    );
  return (
    <span className="block space-y-1">
      <Button pending={send.isPending} onClick={() => send.mutate({ disputeId: dispute.id })}>
        Send evidence
      </Button>
      {failure === null ? null : <span className="block text-2xs text-fault">{failure.message}</span>}
    </span>
  );
}
