"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Download, FilePlus2 } from "lucide-react";
import Link from "next/link";
import { useState } from "react";
import { Button } from "@/ui/button";
import { Card, PageHeader } from "@/ui/card";
import { EmptyState } from "@/ui/empty-state";
import { ErrorNote } from "@/ui/error-note";
import { Select } from "@/ui/field";
import { Hash } from "@/ui/hash";
import { Money } from "@/ui/money";
import { Ago } from "@/ui/quantity";
import { SkeletonRows } from "@/ui/skeleton";
import { StatusPill } from "@/ui/status-pill";
import { Table, type Column } from "@/ui/table";
import { failureOf } from "../api/failure";
import { useTRPC, useTRPCClient, type Outputs } from "../api/trpc";
import { usePages } from "../api/use-pages";
import { useRoleBarrier } from "../api/viewer";
import { MonthsCard } from "./months-card";
import { NotForEngineers } from "./not-for-engineers";
import { DOCUMENT_KINDS, KIND_WORDS, type DocumentKind } from "./words";

type Document = Outputs["billing"]["documents"][number];
const PAGE_SIZE = 50;
const REFRESH_MS = 5_000;

export function DocumentsPage() {
  return (
    <NotForEngineers>
      <PageHeader
        title="Documents"
        lead="Invoices, receipts, credit notes and statements. Each is frozen when it is issued: its PDF, its number and its hash never change."
        actions={<InvoiceNow />}
      />
      <div className="space-y-4">
        <DocumentsCard />
        <MonthsCard />
      </div>
    </NotForEngineers>
  );
}

/** Invoices what was verified so far. One key a press: a double press issues one invoice. */
function InvoiceNow() {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const barrier = useRoleBarrier("finance");
  const [idempotencyKey, setKey] = useState(() => crypto.randomUUID());
  const issue = useMutation(
    trpc.billing.issueInvoice.mutationOptions({
      onSuccess: async () => {
        setKey(crypto.randomUUID());
        await queryClient.invalidateQueries({ queryKey: trpc.billing.pathKey() });
      },
    }),
  );
  const failure = failureOf(issue.error);
  return (
    <div className="flex max-w-md flex-col items-end gap-2">
      <Button
        variant="primary"
        disabled={barrier !== null}
        title={barrier ?? undefined}
        pending={issue.isPending}
        onClick={() => issue.mutate({ idempotencyKey })}
      >
        <FilePlus2 className="size-4" aria-hidden="true" />
        Invoice what was used so far
      </Button>
      {failure === null ? null : (
        <ErrorNote
          message={failure.message}
          requestId={failure.requestId}
          action={failure.code === "billing/tax-profile-missing" ? <ToTaxProfile /> : null}
        />
      )}
    </div>
  );
}

function ToTaxProfile() {
  return (
    <Button asChild size="small">
      <Link href="/billing/tax-profile">Fill in the tax profile</Link>
    </Button>
  );
}

/** Keyed by the kind, so that older pages of one kind never show under another. */
function DocumentsCard() {
  const [kind, setKind] = useState<DocumentKind | "all">("all");
  return (
    <Card
      flush
      title="Issued"
      aside={
        <span className="w-44">
          <Select
            aria-label="Kind of document"
            value={kind}
            onChange={(event) => setKind(DOCUMENT_KINDS.find((known) => known === event.target.value) ?? "all")}
          >
            <option value="all">All kinds</option>
            {DOCUMENT_KINDS.map((known) => (
              <option key={known} value={known}>
                {KIND_WORDS[known]}
              </option>
            ))}
          </Select>
        </span>
      }
    >
      <DocumentList key={kind} kind={kind} />
    </Card>
  );
}

function DocumentList({ kind }: { kind: DocumentKind | "all" }) {
  const trpc = useTRPC();
  const client = useTRPCClient();
  const filter = kind === "all" ? {} : { kind };
  const first = useQuery(trpc.billing.documents.queryOptions(filter, { refetchInterval: REFRESH_MS }));
  const { rows, older, reading, readOlder } = usePages(first.data ?? [], PAGE_SIZE, (last) =>
    client.billing.documents.query({ ...filter, beforeId: last.id }),
  );
  const failure = failureOf(first.error);
  return (
    <>
      {failure === null ? null : (
        <div className="p-4">
          <ErrorNote message={failure.message} requestId={failure.requestId} />
        </div>
      )}
      {first.isPending ? <SkeletonRows what="documents" /> : null}
      {first.isSuccess && rows.length === 0 ? <NoDocuments filtered={kind !== "all"} /> : null}
      {rows.length === 0 ? null : (
        <Table caption="Documents" columns={COLUMNS} rows={rows} rowKey={(document) => document.id} />
      )}
      {older ? (
        <div className="border-t p-3 text-center">
          <Button size="small" pending={reading} onClick={() => void readOlder()}>
            Show older documents
          </Button>
        </div>
      ) : null}
    </>
  );
}

const COLUMNS: readonly Column<Document>[] = [
  {
    id: "number",
    title: "Number",
    cell: (document) => (
      <span className="block">
        <span className="block font-medium">{document.number}</span>
        <span className="block text-2xs text-ink-faint">{KIND_WORDS[document.kind]}</span>
      </span>
    ),
  },
  { id: "about", title: "About", wideOnly: true, cell: (document) => <About document={document} /> },
  {
    id: "total",
    title: "Total",
    numeric: true,
    cell: (document) => (
      <span className="flex flex-col">
        {document.totals.map(({ asset, amountMicros }, index) => (
          <Money key={`${asset}-${index}`} amountMicros={amountMicros} asset={asset} exact />
        ))}
      </span>
    ),
  },
  {
    id: "hash",
    title: "SHA-256",
    roomyOnly: true,
    cell: (document) => (document.sha256 === null ? "–" : <Hash value={document.sha256} name="SHA-256 of the PDF" />),
  },
  { id: "issued", title: "Issued", numeric: true, wideOnly: true, cell: (document) => <Ago at={document.issuedAt} /> },
  {
    id: "download",
    title: "File",
    numeric: true,
    cell: (document) => (
      <Button asChild size="small">
        <a href={`/api/billing/documents/${document.id}`} download aria-label={`Download ${document.number}`}>
          <Download className="size-3.5" aria-hidden="true" />
          PDF
        </a>
      </Button>
    ),
  },
];

function About({ document }: { document: Document }) {
  const { kind, periodStart, periodEnd, reference } = document;
  if (kind === "credit_note") return <StatusPill tone="idle">credits {reference}</StatusPill>;
  if (periodStart === null || periodEnd === null) return <span className="text-ink-faint">{reference}</span>;
  const last = new Date(periodEnd.getTime() - 1);
  return (
    <span className="text-ink-soft">
      {periodStart.toISOString().slice(0, 10)} to {last.toISOString().slice(0, 10)}
    </span>
  );
}

function NoDocuments({ filtered }: { filtered: boolean }) {
  if (filtered)
    return (
      <EmptyState title="No document of this kind">
        <p>Choose “All kinds” to see every document of your organisation.</p>
      </EmptyState>
    );
  return (
    <EmptyState title="No documents yet" action={<ToTaxProfile />}>
      <p>
        A receipt appears within seconds of a payment. An invoice lists verified segments with their proof, and is
        issued when a month is closed or when you ask for it. It needs your legal name and address first.
      </p>
    </EmptyState>
  );
}
