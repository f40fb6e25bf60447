import { TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { CopyButton } from "./copy-button";

interface ErrorNoteProps {
  /** What happened and why, as one or two sentences. */
  readonly message: string;
  readonly requestId?: string | null;
  /** What to do next: a link or a button. */
  readonly action?: ReactNode;
}

/** Something did not work: what happened, what to do next, and the id to quote. */
export function ErrorNote({ message, requestId, action }: ErrorNoteProps) {
  return (
    <div role="alert" className="flex gap-3 rounded-md border border-fault bg-fault-wash px-3 py-2.5 text-sm">
      <TriangleAlert className="mt-0.5 size-4 shrink-0 text-fault" aria-hidden="true" />
      <div className="min-w-0 flex-1">
        <p className="break-words">{message}</p>
        {requestId === undefined || requestId === null ? null : (
          <p className="mt-1 flex items-center gap-1 text-2xs text-ink-soft">
            Request <code className="font-mono">{requestId.slice(0, 8)}</code>
            <CopyButton text={requestId} label="Copy request id" />
          </p>
        )}
        {action === undefined || action === null ? null : <div className="mt-2">{action}</div>}
      </div>
    </div>
  );
}

/** Something the reader should know before going on. */
export function Notice({ children, tone = "plain" }: { children: ReactNode; tone?: "plain" | "warn" }) {
  const look = tone === "warn" ? "border-warn bg-warn-wash" : "bg-sunken";
  return <div className={`rounded-md border px-3 py-2.5 text-sm text-ink-soft ${look}`}>{children}</div>;
}
