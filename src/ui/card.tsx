import type { ReactNode } from "react";
import { classNames } from "./class-names";

interface CardProps {
  readonly title?: ReactNode;
  /** Stands at the right of the title: a count, a switch, a button. */
  readonly aside?: ReactNode;
  /** Without padding, for tables and charts that bring their own. */
  readonly flush?: boolean;
  readonly children: ReactNode;
}

/** A sheet that holds one subject. */
export function Card({ title, aside, flush = false, children }: CardProps) {
  return (
    <section className="min-w-0 overflow-hidden rounded-lg border bg-surface">
      {title === undefined ? null : (
        <header className="flex min-h-11 items-center justify-between gap-3 border-b px-4 py-2">
          <h2 className="text-sm font-semibold">{title}</h2>
          {aside}
        </header>
      )}
      <div className={classNames(!flush && "p-4")}>{children}</div>
    </section>
  );
}

/** A page's name, what it is for, and what can be done there. */
export function PageHeader({ title, lead, actions }: { title: ReactNode; lead?: ReactNode; actions?: ReactNode }) {
  return (
    <header className="mb-5 flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
      <div className="min-w-0">
        <h1 className="text-xl font-semibold tracking-tight">{title}</h1>
        {lead === undefined ? null : <p className="mt-1 max-w-2xl text-sm text-ink-soft">{lead}</p>}
      </div>
      {actions === undefined ? null : <div className="flex flex-wrap items-center gap-2">{actions}</div>}
    </header>
  );
}

interface FactProps {
  readonly label: ReactNode;
  readonly children: ReactNode;
  readonly note?: ReactNode;
  /** The larger size is for the few numbers that a page is about. */
  readonly large?: boolean;
  /** Takes both columns of a list of facts. */
  readonly wide?: boolean;
}

/** One number or word with its name above it. */
export function Fact({ label, children, note, large = false, wide = false }: FactProps) {
  return (
    <div className={classNames("min-w-0", wide && "col-span-2")}>
      <dt className="text-xs text-ink-faint">{label}</dt>
      <dd className={classNames("font-medium", large ? "mt-0.5 text-xl tracking-tight" : "text-sm")}>{children}</dd>
      {note === undefined ? null : <dd className="text-2xs text-ink-faint">{note}</dd>}
    </div>
  );
}

/** Name and value on one line, for lists of facts. */
export function FactRow({ label, children }: { label: ReactNode; children: ReactNode }) {
  return (
    <div className="flex items-baseline justify-between gap-4 py-1.5 text-sm">
      <dt className="shrink-0 text-ink-faint">{label}</dt>
      <dd className="min-w-0 text-right font-medium break-words">{children}</dd>
    </div>
  );
}
