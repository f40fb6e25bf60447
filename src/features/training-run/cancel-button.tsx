"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { amountText } from "@/ui/format";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { ErrorNote } from "@/ui/error-note";
import { Money } from "@/ui/money";
import { failureOf } from "../api/failure";
import { useTRPC } from "../api/trpc";
import { useRoleBarrier } from "../api/viewer";
import type { Job } from "./types";

/** Stops a job. The button says what comes back; the dialog says what stays. */
export function CancelButton({ job }: { job: Job }) {
  const trpc = useTRPC();
  const client = useQueryClient();
  const [asking, setAsking] = useState(false);
  const barrier = useRoleBarrier("engineer");
  const cancel = useMutation(
    trpc.settlement.cancel.mutationOptions({
      onSuccess: async () => {
        await client.invalidateQueries();
        setAsking(false);
      },
    }),
  );
  if (job.endedAt !== null) return null;
  const failure = failureOf(cancel.error);
  const { asset, heldMicros, postedMicros } = job.money;
  const unverified = job.counts.committed - job.counts.verified;
  return (
    <>
      <Button variant="fault" disabled={barrier !== null} title={barrier ?? undefined} onClick={() => setAsking(true)}>
        {heldMicros === 0n ? "Cancel" : `Cancel, get ${amountText(heldMicros, asset, false)} back`}
      </Button>
      <Dialog open={asking} onOpenChange={setAsking} title={`Cancel “${job.name}”?`}>
        <ul className="list-disc space-y-1.5 pl-5 text-sm text-ink-soft">
          <li>
            <Money amountMicros={postedMicros} asset={asset} /> is paid for {job.counts.verified} verified segments and
            stays paid.
          </li>
          <li>
            <Money amountMicros={heldMicros} asset={asset} /> is held and returns to{" "}
            {asset === "USDC" ? "the wallet that paid it" : "your balance"}.
          </li>
          <li>
            {unverified > 0
              ? `${unverified} committed but unverified segments become void and cost nothing.`
              : "No finished work is lost."}
          </li>
          <li>The job cannot be resumed. Its verified checkpoints stay stored.</li>
        </ul>
        {failure === null ? null : (
          <div className="mt-4">
            <ErrorNote message={failure.message} requestId={failure.requestId} />
          </div>
        )}
        <div className="mt-5 flex justify-end gap-2">
          <Button onClick={() => setAsking(false)}>Let it run</Button>
          <Button variant="fault" pending={cancel.isPending} onClick={() => cancel.mutate({ jobId: job.id })}>
            Cancel the job
          </Button>
        </div>
      </Dialog>
    </>
  );
}
