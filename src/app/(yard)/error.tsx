"use client";

import { Button } from "@/ui/button";
import { ErrorNote } from "@/ui/error-note";

/** A page that broke: what happened, the id to quote, and a way on. */
export default function PageError({ error, reset }: { error: Error & { digest?: string }; reset: () => void }) {
  return (
    <ErrorNote
      message="This page could not be shown; the fault is ours. Your jobs and machines go on."
      requestId={error.digest ?? null}
      action={
        <Button size="small" onClick={reset}>
          Try again
        </Button>
      }
    />
  );
}
