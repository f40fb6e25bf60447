"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { ErrorNote } from "@/ui/error-note";
import { Field, TextInput } from "@/ui/field";
import { amountText } from "@/ui/format";
import { failureOf } from "../api/failure";
import { useTRPC } from "../api/trpc";
import type { Request } from "./types";

const COMMENT_MAX = 500;

/** Asks once more before money is reserved; a comment may go with it. */
export function ApproveDialog({ request, onClose }: { request: Request; onClose: () => void }) {
  const trpc = useTRPC();
  const client = useQueryClient();
  const [comment, setComment] = useState("");
  const approve = useMutation(
    trpc.spending.approve.mutationOptions({
      onSuccess: async () => {
        await client.invalidateQueries();
        onClose();
      },
    }),
  );
  const failure = failureOf(approve.error);
  const last = request.missing === 1;
  return (
    <Dialog open onOpenChange={onClose} title={`Approve “${request.title}”?`}>
      <p className="text-sm text-ink-soft">
        {last
          ? `${amountText(request.amountMicros, request.asset)} is reserved now and the job goes on the market. Only verified segments are paid from it; the rest returns.`
          : `Your approval counts as one of two: another person must approve before anything is reserved.`}
      </p>
      <div className="mt-4">
        <Field label="Comment" hint="Stands beside your approval for good. May be left empty.">
          {(control) => (
            <TextInput
              {...control}
              maxLength={COMMENT_MAX}
              value={comment}
              onChange={(event) => setComment(event.target.value)}
            />
          )}
        </Field>
      </div>
      {failure === null ? null : <ErrorNote message={failure.message} requestId={failure.requestId} />}
      <div className="mt-4 flex justify-end gap-2">
        <Button onClick={onClose}>Not now</Button>
        <Button
          variant="primary"
          pending={approve.isPending}
          onClick={() => approve.mutate({ jobId: request.jobId, comment })}
        >
          Approve {amountText(request.amountMicros, request.asset)}
        </Button>
      </div>
    </Dialog>
  );
}

/** Declines with a reason, which whoever asked gets to read. */
export function DeclineDialog({ request, onClose }: { request: Request; onClose: () => void }) {
  const trpc = useTRPC();
  const client = useQueryClient();
  const [comment, setComment] = useState("");
  const decline = useMutation(
    trpc.spending.decline.mutationOptions({
      onSuccess: async () => {
        await client.invalidateQueries();
        onClose();
      },
    }),
  );
  const failure = failureOf(decline.error);
  return (
    <Dialog open onOpenChange={onClose} title={`Decline “${request.title}”?`}>
      <p className="text-sm text-ink-soft">The job ends. Nothing was reserved for it, so nothing returns.</p>
      <div className="mt-4">
        <Field label="Reason" hint={`${request.requestedBy.name} reads it, and it stands in the audit log.`}>
          {(control) => (
            <TextInput
              {...control}
              required
              maxLength={COMMENT_MAX}
              value={comment}
              onChange={(event) => setComment(event.target.value)}
            />
          )}
        </Field>
      </div>
      {failure === null ? null : <ErrorNote message={failure.message} requestId={failure.requestId} />}
      <div className="mt-4 flex justify-end gap-2">
        <Button onClick={onClose}>Leave it waiting</Button>
        <Button
          variant="fault"
          pending={decline.isPending}
          disabled={comment.trim() === ""}
          onClick={() => decline.mutate({ jobId: request.jobId, comment })}
        >
          Decline the job
        </Button>
      </div>
    </Dialog>
  );
}
