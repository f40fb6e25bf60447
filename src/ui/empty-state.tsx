import type { ReactNode } from "react";

/** What stands where there is nothing yet: what will be here, and the step that brings it. */
export function EmptyState({ title, children, action }: { title: string; children: ReactNode; action?: ReactNode }) {
  return (
    <div className="mx-auto flex max-w-xl flex-col items-center gap-3 px-6 py-12 text-center">
      <div className="flex gap-1" aria-hidden="true">
        <span className="size-3 rounded-sm bg-proof" />
        <span className="hatched size-3 rounded-sm border border-proof" />
        <span className="size-3 rounded-sm border border-line-strong" />
        <span className="size-3 rounded-sm border border-dashed border-line-strong" />
      </div>
      <h2 className="text-base font-semibold">{title}</h2>
      <div className="text-sm text-ink-soft">{children}</div>
      {action === undefined ? null : <div className="mt-2">{action}</div>}
    </div>
  );
}
