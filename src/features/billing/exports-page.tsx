"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Download } from "lucide-react";
import { useState } from "react";
import { Button } from "@/ui/button";
import { Card, PageHeader } from "@/ui/card";
import { classNames } from "@/ui/class-names";
import { ErrorNote } from "@/ui/error-note";
import type { Asset } from "@/kernel/values/money";
import { failureOf } from "../api/failure";
import { useTRPC } from "../api/trpc";
import { NotForEngineers } from "./not-for-engineers";
import { isWhole, PeriodFields } from "./period-fields";
import { EXPORT_FORMATS, EXPORTS, monthBack, type DaySpan, type ExportFormat } from "./words";

export function ExportsPage() {
  const [now] = useState(() => new Date());
  const [format, setFormat] = useState<ExportFormat>("quickbooks");
  const [choice, setChoice] = useState<{ span: DaySpan; asset: Asset }>({ span: monthBack(now, 0), asset: "USD" });
  return (
    <NotForEngineers>
      <PageHeader
        title="Exports"
        lead="Your books for another program. Every file adds up to the ledger; what a spreadsheet would run as a formula is made words."
      />
      <Card title="What, and for which days">
        <div className="space-y-4">
          <div role="radiogroup" aria-label="Format" className="grid gap-2 sm:grid-cols-2 xl:grid-cols-4">
            {EXPORT_FORMATS.map((known) => (
              <button
                key={known}
                type="button"
                role="radio"
                aria-checked={known === format}
                onClick={() => setFormat(known)}
                className={classNames(
                  "rounded-md border px-3 py-2 text-left",
                  known === format ? "border-ink bg-sunken" : "hover:bg-sunken",
                )}
              >
                <span className="block text-sm font-medium">{EXPORTS[known].title}</span>
                <span className="block text-2xs text-ink-faint">{EXPORTS[known].note}</span>
              </button>
            ))}
          </div>
          <PeriodFields now={now} {...choice} onChange={setChoice} />
          {isWhole(choice.span) ? <Files format={format} {...choice} /> : null}
        </div>
      </Card>
    </NotForEngineers>
  );
}

/** The files of an export as links: a format that limits how long a file may be has several. */
function Files({ format, span, asset }: { format: ExportFormat; span: DaySpan; asset: Asset }) {
  const trpc = useTRPC();
  const parts = useQuery(
    trpc.billing.exportParts.queryOptions({ format, asset, ...span }, { placeholderData: keepPreviousData }),
  );
  const failure = failureOf(parts.error);
  if (format === "camt053" && asset === "USDC")
    return (
      <p className="text-sm text-ink-soft">
        camt.053 knows only the currencies of ISO 4217, and USDC is none. Choose the journal for USDC.
      </p>
    );
  const count = parts.data?.parts ?? 1;
  return (
    <div className="flex flex-wrap items-center gap-2">
      {failure === null ? null : <ErrorNote message={failure.message} requestId={failure.requestId} />}
      {Array.from({ length: count }, (_, index) => {
        const query = new URLSearchParams({ ...span, asset, part: String(index + 1) });
        return (
          <Button key={index} asChild variant="primary">
            <a href={`/api/billing/exports/${format}?${query.toString()}`} download>
              <Download className="size-4" aria-hidden="true" />
              {count === 1 ? `Download ${EXPORTS[format].title}` : `Part ${index + 1} of ${count}`}
            </a>
          </Button>
        );
      })}
    </div>
  );
}
